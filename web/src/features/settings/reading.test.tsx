import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Organisation, Settings } from "../../api/types";
import { answers, api, list, openApp, org, settings } from "../../test/app";

const server = api();

function serve(role: Organisation["role"], first: Partial<Settings> = {}) {
  const sent: Partial<Settings>[] = [];
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
    http.patch("/api/v1/orgs/:org/settings", async ({ request }) => {
      const change = (await request.json()) as Partial<Settings>;
      if (change.no_ai_senders?.some((s) => !s.includes("@"))) {
        const message = "Write an address such as jo@x.example.";
        return HttpResponse.json(
          { code: "invalid", detail: message, errors: [{ location: "body.no_ai_senders", message }] },
          { status: 422 },
        );
      }
      sent.push(change);
      now = { ...now, ...change };
      return HttpResponse.json<Settings>(now);
    }),
  );
  openApp("/orgs/brennock/settings?tab=reading");
  return { sent, user: userEvent.setup() };
}

it("chooses who reads, and the order of the models; Undo takes it back", async () => {
  const { sent, user } = serve("admin", { models: ["small", "large"] });
  await user.click(await screen.findByRole("button", { name: "A model" }));
  expect(await screen.findByText("A model reads now.")).toBeVisible();
  await user.click(await screen.findByRole("button", { name: "Earlier: large" }));
  await waitFor(() => expect(sent.at(-1)).toEqual({ models: ["large", "small"] }));
  await user.click(await screen.findByRole("button", { name: /^Undo/ }));
  await waitFor(() => expect(sent.at(-1)).toEqual({ models: ["small", "large"] }));
  expect(sent[0]).toEqual({ extractor: "model" });
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
