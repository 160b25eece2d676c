import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Email, Organisation, SenderRule } from "../../api/types";
import { startKeys } from "../../lib/keys";
import { answers, api, mail, openApp, opened, org, rule } from "../../test/app";
import { dismissToast } from "../../ui/toast";
import { bySender } from "./quarantine";

const from = (name: string, address: string) => [{ name, address }];
const quarantined = (id: string, name: string, address: string, more: Partial<Email> = {}) =>
  opened(
    mail(id, {
      state: "quarantined",
      verdict: "refused",
      from: from(name, address),
      why: `${address} is not known here yet: an admin can allow this sender.`,
      snippet: `The first words of ${id}.`,
      ...more,
    }),
    `All words of ${id}.`,
  );

const jo1 = quarantined("em_jo1", "Jo Park", "jo@acme.example");
const jo2 = quarantined("em_jo2", "Jo Park", "Jo@acme.example");
const al = quarantined("em_al", "Al Beck", "al@gmail.com");
const forged = quarantined("em_bad", "Glen Marsh", "pay@glenmarsh.example", {
  why: "glenmarsh.example says that its mail comes from elsewhere.",
  authentication: {
    result: "fail",
    domain: "glenmarsh.example",
    spf: "fail",
    spf_domain: "evil.example",
    dmarc: "fail",
    policy: "reject",
    note: "Neither SPF nor DKIM speaks for glenmarsh.example.",
  },
});
const ad = quarantined("em_ad", "Bid Alerts", "noreply@bidalerts.example");

describe("mail by sender", () => {
  it("is together, and blocked senders come last", () => {
    const groups = bySender([ad, jo1, al, jo2], [rule("@bidalerts.example", { allow: false })]);
    expect(groups.map((g) => [g.address, g.mails.map((m) => m.id), g.blocked?.pattern])).toEqual([
      ["jo@acme.example", ["em_jo1", "em_jo2"], undefined],
      ["al@gmail.com", ["em_al"], undefined],
      ["noreply@bidalerts.example", ["em_ad"], "@bidalerts.example"],
    ]);
  });
});

const server = api();
let stop: () => void;
let saved: { pattern: string; allow: boolean }[];
let dropped: string[];
let released: string[];
let waiting: ReturnType<typeof quarantined>[];

function serve(role: Organisation["role"], mails: typeof waiting, ...rules: SenderRule[]) {
  waiting = mails;
  server.use(
    answers.me,
    http.get("/api/v1/orgs/:org", () =>
      HttpResponse.json<Organisation>({
        ...org,
        role,
        counts: { ...org.counts, quarantined: waiting.length },
      }),
    ),
    answers.projects(),
    answers.actions(),
    answers.unsure(),
    answers.senders(...rules),
    http.get("/api/v1/orgs/:org/emails", ({ request }) => {
      const back = new URL(request.url).searchParams.get("state") === "quarantined";
      return HttpResponse.json({ items: back ? waiting : [], next: null });
    }),
    ...answers.mails(...mails),
    http.post("/api/v1/orgs/:org/senders", async ({ request }) => {
      const body = (await request.json()) as { pattern: string; allow: boolean };
      saved.push(body);
      return HttpResponse.json<SenderRule>(rule(body.pattern, { id: "r-new", allow: body.allow }), {
        status: 201,
      });
    }),
    http.delete("/api/v1/orgs/:org/senders/:id", ({ params }) => {
      dropped.push(String(params.id));
      return new HttpResponse(null, { status: 204 });
    }),
    http.post("/api/v1/orgs/:org/emails/:id/release", ({ params }) => {
      released.push(String(params.id));
      const found = mails.find((m) => m.id === params.id) ?? jo1;
      return HttpResponse.json<Email>({ ...found, state: "filed", project_id: "p1" });
    }),
  );
}

beforeEach(() => {
  stop = startKeys();
  [saved, dropped, released] = [[], [], []];
});
afterEach(() => {
  stop();
  dismissToast();
});

const open = (query = "") => {
  const app = openApp(`/orgs/brennock/review?tab=quarantine${query}`);
  return { ...app, user: userEvent.setup() };
};
const tray = () => screen.findByRole("list", { name: "Mail in quarantine" });

it("says who waits, why, and what the checks say", async () => {
  serve("admin", [jo1, jo2, forged]);
  const { user } = open("&item=em_bad");
  const list = await tray();
  expect(screen.getByRole("link", { name: "Quarantine 3" })).toHaveAttribute("aria-current", "page");
  const group = within(list).getByRole("list", { name: "From jo@acme.example" });
  expect(within(group).getAllByRole("listitem")).toHaveLength(2);
  expect(list).toHaveTextContent("The first words of em_jo1.");
  expect(within(list).getByText("Not from glenmarsh.example")).toBeVisible();

  expect(await screen.findByText("All words of em_bad.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "This mail is not from glenmarsh.example." }));
  expect(screen.getByText("Neither SPF nor DKIM speaks for glenmarsh.example.")).toBeVisible();
  expect(screen.getByText("fail for evil.example")).toBeVisible();
  expect(screen.getByText("fail, the domain asks for reject")).toBeVisible();
});

it("allows a sender in one click, lets all their mail in, and takes the rule back", async () => {
  serve("admin", [jo1, jo2, al]);
  const { user } = open();
  await user.click(await screen.findByRole("button", { name: "Allow jo@acme.example" }));
  expect(await screen.findByText("jo@acme.example may send now. 2 mails are let in.")).toBeVisible();
  expect(saved).toEqual([{ pattern: "jo@acme.example", allow: true }]);
  // They leave at once, though the server still lets them in, and the next one opens.
  expect(await tray()).not.toHaveTextContent("Jo Park");
  expect(await screen.findByRole("button", { name: "Allow al@gmail.com" })).toBeVisible();
  await user.keyboard("z");
  expect(await screen.findByText("Not allowed any more. Mail that was let in stays.")).toBeVisible();
  expect(dropped).toEqual(["r-new"]);
});

it("offers a firm's domain, but never all of a public provider", async () => {
  serve("admin", [jo1, al]);
  const { user } = open();
  await user.click(await screen.findByRole("button", { name: "Allow everyone at acme.example" }));
  expect(saved).toEqual([{ pattern: "@acme.example", allow: true }]);
  expect(await screen.findByRole("button", { name: "Allow al@gmail.com" })).toBeVisible();
  expect(screen.queryByRole("button", { name: /Allow everyone/ })).toBeNull();
});

it("does not offer to allow whom a mail is not from", async () => {
  serve("admin", [forged]);
  const { user } = open();
  expect(
    await screen.findByText(
      "This mail is not from glenmarsh.example. Let in this one only if you know better.",
    ),
  ).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Allow|^Block/ })).toBeNull();
  await user.keyboard("a");
  await user.keyboard("{Enter}");
  expect(saved).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Let in this one" }));
  expect(await screen.findByText("Let in. It is on its job now.")).toBeVisible();
  expect(released).toEqual(["em_bad"]);
});

it("blocks by key, and puts back the rule there was when that is taken back", async () => {
  serve("admin", [jo1, al], rule("jo@acme.example", { id: "r-old", allow: true }));
  const { user } = open();
  await screen.findByRole("button", { name: "Block jo@acme.example" });
  await user.keyboard("b");
  expect(await screen.findByText("jo@acme.example is blocked.")).toBeVisible();
  await user.keyboard("z");
  await waitFor(() =>
    expect(saved).toEqual([
      { pattern: "jo@acme.example", allow: false },
      { pattern: "jo@acme.example", allow: true },
    ]),
  );
  expect(dropped).toEqual([]);
});

it("shows who is blocked, and allows them after all", async () => {
  serve("admin", [ad], rule("@bidalerts.example", { allow: false }));
  open();
  expect(await screen.findByText("Blocked by Dana Orlik")).toBeVisible();
  expect(screen.getByText(/@bidalerts.example was blocked by Dana Orlik on Nov 2/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Block/ })).toBeNull();
  expect(screen.getByRole("button", { name: "Allow noreply@bidalerts.example" })).toBeEnabled();
});

it("keeps a mail in the list when the server refuses, and says why", async () => {
  serve("admin", [jo1]);
  server.use(
    answers.problem("post", "/api/v1/orgs/:org/emails/:id/release", 409, {
      code: "conflict",
      detail: "This mail carries a virus.",
    }),
  );
  const { user } = open();
  await user.click(await screen.findByRole("button", { name: "Let in this one" }));
  expect(await screen.findByText("This mail carries a virus.")).toBeVisible();
  expect(await tray()).toHaveTextContent("Jo Park");
});

it("shows viewers the same with the reason why they may not", async () => {
  serve("viewer", [jo1]);
  const { user } = open();
  const allow = await screen.findByRole("button", { name: "Allow jo@acme.example" });
  expect(allow).toBeDisabled();
  expect(allow).toHaveAccessibleDescription("You are a viewer. Ask an admin to allow or block senders.");
  expect(screen.getByRole("button", { name: "Block jo@acme.example" })).toBeDisabled();
  await user.keyboard("a");
  expect(saved).toEqual([]);
});

it("moves by keys", async () => {
  serve("admin", [jo1, al]);
  const { user, router } = open();
  await screen.findByRole("button", { name: "Allow jo@acme.example" });
  await user.keyboard("j");
  expect(await screen.findByRole("button", { name: "Allow al@gmail.com" })).toBeVisible();
  expect(router.state.location.search).toMatchObject({ tab: "quarantine", item: "em_al" });
});

it("says when nobody waits, and when the list cannot be read", async () => {
  serve("admin", []);
  open();
  expect(await screen.findByText("Nobody waits in quarantine.")).toBeVisible();
  server.use(
    answers.problem("get", "/api/v1/orgs/:org/emails", 503, { code: "unavailable", detail: "Busy." }),
  );
  openApp("/orgs/brennock/review?tab=quarantine");
  expect(await screen.findByRole("alert")).toHaveTextContent("The review tray could not be read. Busy.");
});
