import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { EmailDetail, Fact, FactChain, ProjectDetail } from "../../api/types";
import { answers, api, fact, list, mail, openApp, opened, project } from "../../test/app";

const server = api();

const job: ProjectDetail = {
  ...project("p1", "Harrow Point Medical"),
  cc_address: "brennock+24-117@mail.example",
  kinds: {},
  files: 0,
  people_count: 1,
  unsure: 0,
  approved: [],
  exposure: [],
  weeks_strip: [],
};

function serve(of: EmailDetail, ...chains: FactChain[]) {
  server.use(
    answers.me,
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical"), project("p2", "Pier 9 Cold Storage")),
    answers.actions(),
    ...answers.mails(of),
    http.get("/api/v1/orgs/:org/projects/:id", () => HttpResponse.json<ProjectDetail>(job)),
    http.get("/api/v1/orgs/:org/projects/:id/events", () => HttpResponse.json(list())),
    http.post("/api/v1/orgs/:org/projects/:id/seen", () => new HttpResponse(null, { status: 204 })),
    http.get("/api/v1/orgs/:org/facts/:id", ({ params }) =>
      HttpResponse.json<FactChain>(chains.find((c) => c.fact.id === params.id)),
    ),
  );
  openApp(`/orgs/brennock/projects/p1?mail=${of.id}`);
  return userEvent.setup();
}

/** A fact on the words of a text. */
function said(text: string, id: string, quote: string, more: Partial<Fact> = {}): Fact {
  const start = text.indexOf(quote);
  return fact(id, { text: id, quote, start, end: start + quote.length, ...more });
}

beforeEach(() => {
  globalThis.IntersectionObserver ??= class {
    observe() {}
    disconnect() {}
  } as unknown as typeof IntersectionObserver;
});

it("says what is odd about a mail, and which facts wait for a person", async () => {
  const text = "Pay to the new account from now on.";
  serve(
    opened(
      mail("e1", {
        project_id: "p1",
        flags: [
          {
            kind: "bank_details",
            text: "It says that payments go to another account.",
            words: "Pay to the new account",
            start: 0,
            end: 22,
          },
          { kind: "hidden_text", text: "It holds words that people do not see.", start: 0, end: 0 },
        ],
        facts: [said(text, "New account", text, { held: "Its mail says that payments go elsewhere." })],
      }),
      text,
    ),
  );
  const odd = await screen.findByRole("region", { name: "What is odd about this mail" });
  expect(odd).toHaveTextContent("Changed bank details. It says that payments go to another account.");
  expect(odd).toHaveTextContent("“Pay to the new account”");
  expect(odd).toHaveTextContent("Hidden text.");
  expect(odd).toHaveTextContent("1 fact of this mail waits for you");
  expect(within(odd).getByRole("link")).toHaveAttribute(
    "href",
    "/orgs/brennock/review?tab=unsure&item=New+account",
  );
  const column = screen.getByRole("region", { name: "Facts in this mail" });
  expect(column).toHaveTextContent("Review · waits for you");
  expect(column).toHaveTextContent("Its mail says that payments go elsewhere.");
});

it("shows which stretch of a mail is about which project, and where its facts are", async () => {
  const text = "Morning.\nHarrow: the curb shifts.\nPier 9: the door is late.\nThanks";
  const at = (words: string) => ({ start: text.indexOf(words), end: text.indexOf(words) + words.length });
  serve(
    opened(
      mail("e1", {
        project_id: "p1",
        passages: [
          { project_id: "p1", reasons: [], ...at("Harrow: the curb shifts.") },
          { project_id: "p2", reasons: [], ...at("Pier 9: the door is late.") },
        ],
        facts: [
          said(text, "Curb shifts", "the curb shifts"),
          said(text, "Door is late", "the door is late", { project_id: "p2", kind: "risk" }),
        ],
      }),
      text,
    ),
  );
  const pier = await screen.findByRole("region", { name: "About Pier 9 Cold Storage" });
  expect(pier).toHaveTextContent("Pier 9: the door is late.");
  expect(pier).not.toHaveTextContent("Thanks");
  expect(screen.getByRole("region", { name: "About Harrow Point Medical" })).toHaveTextContent(
    "the curb shifts",
  );
  expect(screen.getByRole("link", { name: "Pier 9 Cold Storage" })).toHaveAttribute(
    "href",
    "/orgs/brennock/projects/p2?mail=e1&fact=Door+is+late",
  );
});

it("shows on each project what a mail about several says of it, and moves one passage", async () => {
  const text = "Harrow: the curb shifts.\nPier 9: the door is late.";
  const split = mail("e1", {
    project_id: null,
    passages: [
      { project_id: "p1", reasons: [], start: 0, end: 24 },
      { project_id: "p2", reasons: [], start: 25, end: 50 },
    ],
    facts: [
      said(text, "Curb shifts", "the curb shifts"),
      said(text, "Door is late", "the door is late", { project_id: "p2", kind: "risk" }),
    ],
  });
  const asked: { start: string; body: unknown }[] = [];
  server.use(
    http.patch("/api/v1/orgs/:org/emails/:id/passages/:start", async ({ request, params }) => {
      asked.push({ start: String(params.start), body: await request.json() });
      return HttpResponse.json(split);
    }),
  );
  const user = serve(opened(split, text));
  const open = await screen.findByRole("region", { name: "Facts in this mail" });
  expect(within(open).getByRole("link", { name: "Pier 9 Cold Storage" })).toBeVisible();
  expect(screen.queryByText(/Moved to/)).toBeNull();

  await user.click(screen.getByRole("button", { name: "Move" }));
  const dialog = await screen.findByRole("dialog", { name: "Move mail to" });
  await user.selectOptions(
    within(dialog).getByRole("combobox", { name: "What goes there" }),
    "Part about Pier 9 Cold Storage: “Pier 9: the door is late.”",
  );
  await user.click(
    within(within(dialog).getByRole("listbox")).getByRole("option", { name: /Harrow Point Medical/ }),
  );
  await waitFor(() => expect(asked).toEqual([{ start: "25", body: { project_id: "p1" } }]));
  await user.click(await screen.findByRole("button", { name: /^Undo/ }));
  await waitFor(() => expect(asked[1]).toEqual({ start: "25", body: { project_id: "p2" } }));

  await user.click(screen.getByRole("button", { name: /^Close/ }));
  const card = document.querySelector<HTMLElement>('[data-mail="e1"]');
  if (!card) throw new Error("no card");
  expect(card).toHaveTextContent("Curb shifts");
  expect(card).not.toHaveTextContent("Door is late");
  expect(within(card).getByRole("link", { name: "Pier 9 Cold Storage" })).toHaveAttribute(
    "href",
    "/orgs/brennock/projects/p2?mail=e1",
  );
});

it("asks of a part in doubt whether it belongs to another project", async () => {
  const text = "Harrow: the curb shifts.\nPier: the door is late.";
  const asked: unknown[] = [];
  const doubtful = mail("e1", {
    project_id: "p1",
    passages_set_aside: [{ project_id: "p2", reasons: [], start: 25, end: 48, unsure: true }],
  });
  server.use(
    http.patch("/api/v1/orgs/:org/emails/:id/passages/:start", async ({ request, params }) => {
      asked.push([params.start, await request.json()]);
      return HttpResponse.json(doubtful);
    }),
  );
  const user = serve(opened(doubtful, text));
  const part = await screen.findByRole("region", { name: "May belong to Pier 9 Cold Storage" });
  expect(part).toHaveTextContent("This part may belong to Pier 9 Cold Storage");
  expect(part).toHaveTextContent("Pier: the door is late.");
  await user.click(within(part).getByRole("button", { name: /^Move it there/ }));
  await waitFor(() => expect(asked).toEqual([["25", { project_id: "p2" }]]));
  await user.click(await screen.findByRole("button", { name: /^Undo/ }));
  await waitFor(() => expect(asked[1]).toEqual(["25", { project_id: "p1" }]));
  await user.click(within(part).getByRole("button", { name: /^Keep it here/ }));
  await waitFor(() => expect(asked[2]).toEqual(["25", { project_id: "p1" }]));
  expect(await screen.findByText(/^Kept here\./)).toBeVisible();
});

it("tells what a fact replaces, what said it before, and that later mails say it again", async () => {
  const text = "The curb shifts north. Send the drawing.";
  const old = fact("f0", { text: "Curb stays on C", at: "2026-11-12T14:42:00Z", email_id: "e0" });
  const shifts = said(text, "f1", "The curb shifts north.", { text: "Curb shifts", supersedes: "f0" });
  const again = said(text, "f2", "Send the drawing.", { text: "Send the drawing", repeats: "f9" });
  const first = fact("f9", { text: "Send the drawing", at: "2026-11-10T14:42:00Z", email_id: "e0" });
  const user = serve(
    opened(mail("e1", { project_id: "p1", thread_size: 3, facts: [shifts, again] }), text),
    {
      fact: shifts,
      original: null,
      earlier: [old],
      later: [],
      repeated: [fact("f7", { at: "2026-11-20T14:42:00Z", quote: "as said, north" })],
    },
    { fact: again, original: first, earlier: [], later: [], repeated: [again] },
  );
  const column = await screen.findByRole("region", { name: "Facts in this mail" });
  expect(await within(column).findByText(/^Replaces “Curb stays on C” of/)).toBeVisible();
  expect(within(column).getByRole("link", { name: "Nov 12: Curb stays on C" })).toHaveAttribute(
    "href",
    "/orgs/brennock/projects/p1?mail=e0&fact=f0",
  );
  expect(await within(column).findByText(/^Said already/)).toBeVisible();
  await user.click(within(column).getByRole("button", { name: "Said again in 1 mail" }));
  expect(within(column).getByText("“as said, north”")).toBeVisible();
  // What only repeats does not count, so it is not judged.
  expect(within(column).queryByRole("button", { name: "Confirm: Send the drawing" })).toBeNull();
});

it.each([
  ["model" as const, "The rules read this mail. The model reads it again later."],
  [
    "ai_budget" as const,
    "The rules read this mail. What is left of this month’s AI budget is too little for a model to read it again: it does when the month turns, or the budget grows.",
  ],
  [
    "settings" as const,
    "The rules read this mail, as the settings say. It was to be read by a model before: one reads it again when the settings say so.",
  ],
])("says what a mail waits for that a model has yet to read: %s", async (why, words) => {
  serve(opened(mail("e1", { project_id: "p1", read_again: true, read_again_why: why }), "Words."));
  expect(await screen.findByText(words)).toBeVisible();
});
