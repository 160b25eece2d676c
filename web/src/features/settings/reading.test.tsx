import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { SettingsChange } from "../../api/queries/orgs";
import type { Organisation, Settings, SettingsPrice } from "../../api/types";
import { answers, api, list, openApp, org, settings, settingsPrice } from "../../test/app";

const server = api();

function serve(
  role: Organisation["role"],
  first: Partial<Settings> = {},
  /** What each question about the price is answered with, the last one again and again. */
  prices: SettingsPrice[] = [settingsPrice],
) {
  const sent: SettingsChange[] = [];
  const asked: SettingsChange[] = [];
  let now: Settings = { ...settings, ...first };
  server.use(
    answers.me,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    answers.filingRules(),
    answers.senders(),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role })),
    http.get("/api/v1/orgs/:org/members", () => HttpResponse.json(list())),
    http.get("/api/v1/orgs/:org/settings", () => HttpResponse.json<Settings>(now)),
    http.post("/api/v1/orgs/:org/settings/price", async ({ request }) => {
      const change = (await request.json()) as SettingsChange;
      if (change.models?.some((m) => m.includes(" ")))
        return problem("models", "A model’s name has no blanks.");
      asked.push(change);
      return HttpResponse.json<SettingsPrice>(prices.length > 1 ? prices.shift() : prices[0]);
    }),
    http.patch("/api/v1/orgs/:org/settings", async ({ request }) => {
      const { accepted_micro_usd: accepted, ...change } = (await request.json()) as SettingsChange;
      if (change.no_ai_senders?.some((s) => !s.includes("@"))) {
        return problem("no_ai_senders", "Write an address such as jo@x.example.");
      }
      const is = { ...now, ...change };
      if (is.extractor === "model" && is.models.includes("dear") && (accepted ?? 0) < 12_000_000) {
        return problem("accepted_micro_usd", "This is likely to cost $12.00 a month.", 409, "conflict");
      }
      sent.push(accepted === undefined ? change : { ...change, accepted_micro_usd: accepted });
      now = { ...now, ...change };
      return HttpResponse.json<Settings>(now);
    }),
  );
  openApp("/orgs/brennock/settings?tab=reading");
  return { sent, asked, user: userEvent.setup() };
}

const problem = (field: string, message: string, status = 422, code = "invalid") =>
  HttpResponse.json({ code, detail: message, errors: [{ location: `body.${field}`, message }] }, { status });

const dear: SettingsPrice = {
  ...settingsPrice,
  present: settingsPrice.proposed,
  proposed: {
    ...settingsPrice.proposed,
    models: [{ model: "dear", mail_micro_usd: 50_000 }],
    mail_micro_usd: 50_000,
    cost_micro_usd: 12_000_000,
    used_up_on: "2026-11-28",
    budget_left_micro_usd: 0,
  },
  cost_micro_usd: 12_000_000,
  ask_again: true,
};

it("shows what a model costs before it reads, saves that, and Undo takes it back", async () => {
  const { sent, asked, user } = serve("admin", { models: ["small", "large"] });
  await user.click(await screen.findByRole("button", { name: "A model" }));
  const dialog = await screen.findByRole("dialog", { name: "Have a model read the mail?" });
  expect(
    await within(dialog).findByText("About $3.10 a month more at your 240 mails a month."),
  ).toBeVisible();
  expect(dialog).toHaveTextContent("Leaves about $14 of this month’s $20.");
  expect(within(dialog).getByRole("link", { name: "a project" })).toHaveAttribute(
    "href",
    "/orgs/brennock/projects",
  );
  expect(sent).toEqual([]);
  await user.click(within(dialog).getByRole("button", { name: "Have a model read" }));
  expect(await screen.findByText("A model reads now.")).toBeVisible();
  expect(sent).toEqual([{ extractor: "model", accepted_micro_usd: 3_100_080 }]);

  await user.click(await screen.findByRole("button", { name: "Earlier: large" }));
  await user.click(await screen.findByRole("button", { name: "Change the models" }));
  await waitFor(() => expect(sent.at(-1)?.models).toEqual(["large", "small"]));
  await user.click(await screen.findByRole("button", { name: /^Undo/ }));
  await waitFor(() => expect(sent.at(-1)?.models).toEqual(["small", "large"]));
  await user.click(screen.getByRole("button", { name: "Rules" }));
  await waitFor(() => expect(sent.at(-1)).toEqual({ extractor: "rules" }));
  expect(asked).toEqual([{ extractor: "model" }, { models: ["large", "small"] }]);
});

it("asks again above the amount, by keyboard, and once more when the price has changed", async () => {
  const cheaper = {
    ...dear,
    cost_micro_usd: 11_000_000,
    proposed: { ...dear.proposed, cost_micro_usd: 11_000_000 },
  };
  const { sent, user } = serve("admin", { extractor: "model", models: ["small"] }, [cheaper, dear]);
  const models = await screen.findByRole("region", { name: /^Models, in the order/ });
  const box = within(models).getByRole("textbox");
  await user.type(box, "dear{Enter}");
  const dialog = await screen.findByRole("dialog", { name: "Change the models?" });
  expect(await within(dialog).findByText(/above the \$5 from which/)).toBeVisible();
  await user.keyboard("{Escape}");
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  expect(box).toHaveValue("dear");
  expect(box).toHaveFocus();
  expect(sent).toEqual([]);

  await user.keyboard("{Enter}");
  const again = await screen.findByRole("dialog", { name: "Change the models?" });
  const change = await within(again).findByRole("button", { name: "Change the models" });
  await waitFor(() => expect(change).toBeEnabled());
  change.focus();
  await user.keyboard("{Enter}");
  const yes = await within(again).findByRole("button", { name: "Yes, spend about $12 a month" });
  expect(yes).toHaveFocus();
  expect(sent).toEqual([]);
  await user.keyboard("{Enter}");
  await waitFor(() => expect(sent).toEqual([{ models: ["small", "dear"], accepted_micro_usd: 12_000_000 }]));
  await waitFor(() => expect(box).toHaveValue(""));
});

it("says that the price has changed, and shows the new one before it is accepted", async () => {
  const before = {
    ...dear,
    cost_micro_usd: 9_000_000,
    proposed: { ...dear.proposed, cost_micro_usd: 9_000_000 },
  };
  const { sent, user } = serve("admin", { extractor: "model", models: ["dear", "small"] }, [before, dear]);
  await user.click(await screen.findByRole("button", { name: "Remove: small" }));
  await user.click(await screen.findByRole("button", { name: "Change the models" }));
  await user.click(await screen.findByRole("button", { name: "Yes, spend about $9 a month" }));
  expect(await screen.findByText("This is likely to cost $12.00 a month.")).toBeVisible();
  await user.click(await screen.findByRole("button", { name: "Change the models" }));
  await user.click(await screen.findByRole("button", { name: "Yes, spend about $12 a month" }));
  await waitFor(() => expect(sent).toEqual([{ models: ["dear"], accepted_micro_usd: 12_000_000 }]));
});

it("asks about the price when Undo has a dear model read again", async () => {
  const { sent, user } = serve("admin", { extractor: "model", models: ["dear"] }, [dear]);
  await user.click(await screen.findByRole("button", { name: "Rules" }));
  await user.click(await screen.findByRole("button", { name: /^Undo/ }));
  const dialog = await screen.findByRole("dialog", { name: "Have a model read the mail?" });
  await user.click(await within(dialog).findByRole("button", { name: "Have a model read" }));
  await user.click(await within(dialog).findByRole("button", { name: "Yes, spend about $12 a month" }));
  expect(await screen.findByText("It is as it was.")).toBeVisible();
  expect(sent.at(-1)).toEqual({ extractor: "model", accepted_micro_usd: 12_000_000 });
});

it("has nothing to save where there is no model, and refuses a name in its place", async () => {
  const none: SettingsPrice = { ...settingsPrice, proposed: settingsPrice.present, tokens_by: "nothing" };
  const { sent, user } = serve("admin", {}, [none]);
  await user.click(await screen.findByRole("button", { name: "A model" }));
  expect(await screen.findByText(/^There is no language model on this installation/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Have a model read" })).toBeNull();
  const [, close] = screen.getAllByRole("button", { name: "Close" });
  await user.click(close as HTMLElement);
  expect(screen.getByRole("button", { name: "Rules" })).toHaveAttribute("aria-pressed", "true");
  expect(sent).toEqual([]);
});

it("says beside the field why a model cannot be", async () => {
  const { asked, user } = serve("admin", { extractor: "model" });
  const models = await screen.findByRole("region", { name: /^Models, in the order/ });
  const box = within(models).getByRole("textbox");
  await user.type(box, "two words{Enter}");
  expect(await within(models).findByRole("alert")).toHaveTextContent("A model’s name has no blanks.");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(box).toHaveValue("two words");
  expect(asked).toEqual([]);
});

it("keeps what was typed when the server refuses it, and says why", async () => {
  const { sent, user } = serve("admin", { no_ai_words: ["privileged"] });
  const senders = await screen.findByRole("region", { name: "Senders that no model reads" });
  const box = within(senders).getByRole("textbox");
  await user.type(box, "law{Enter}");
  expect(await within(senders).findByRole("alert")).toHaveTextContent(
    "Write an address such as jo@x.example.",
  );
  expect(box).toHaveValue("law");
  await user.clear(box);
  await user.type(box, "@law.example{Enter}");
  await waitFor(() => expect(sent).toEqual([{ no_ai_senders: ["@law.example"] }]));
  await user.click(screen.getByRole("button", { name: "Remove: privileged" }));
  await waitFor(() => expect(sent.at(-1)).toEqual({ no_ai_words: [] }));
});

it("shows a viewer what is set and lets them change nothing", async () => {
  serve("viewer", { extractor: "model", no_ai_words: ["privileged"], file_from: 90 });
  expect(await screen.findByText("privileged")).toBeVisible();
  expect(screen.getByText("You are a viewer. Ask an admin to change how mail is read.")).toBeVisible();
  expect(screen.getByRole("slider", { name: "File without asking from" })).toBeDisabled();
  expect(screen.queryByRole("button", { name: "Remove: privileged" })).toBeNull();
});

it("lets an admin say above which cost they are asked once more", async () => {
  const { sent, user } = serve("admin");
  const field = await screen.findByRole("textbox", { name: "Ask once more above, in US dollars" });
  expect(field).toHaveValue("5.00");
  await user.clear(field);
  await user.keyboard("-1{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("Write an amount such as 5.00");
  expect(field).toBeInvalid();
  await user.clear(field);
  await user.keyboard("12.50{Enter}");
  expect(await screen.findByText("You are asked once more above $12.50.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: /^Undo/ }));
  await waitFor(() =>
    expect(screen.getByRole("textbox", { name: "Ask once more above, in US dollars" })).toHaveValue("5.00"),
  );
  expect(sent).toEqual([{ ask_above_micro_usd: 12_500_000 }, { ask_above_micro_usd: 5_000_000 }]);
});

it("shows a viewer the amount alone", async () => {
  serve("viewer", { ask_above_micro_usd: 20_000_000 });
  expect(await screen.findByText("$20.00")).toBeVisible();
  expect(screen.queryByRole("textbox", { name: /^Ask once more/ })).toBeNull();
});

it("asks anew whether mail waits for AI budget when something else reads", async () => {
  const { user } = serve("admin", { extractor: "model" });
  const rules = await screen.findByRole("button", { name: "Rules" });
  let looked = 0;
  server.use(
    http.get("/api/v1/orgs/:org", () => {
      looked++;
      return HttpResponse.json<Organisation>(org);
    }),
  );
  await user.click(rules);
  await waitFor(() => expect(looked).toBe(1));
});
