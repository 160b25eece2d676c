import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Email, List, Organisation } from "../../api/types";
import { answers, api, openApp, org } from "../../test/app";

const server = api();

const mail = (id: string, state: Email["state"], subject: string, warnings: string[]): Email => ({
  id,
  state,
  subject,
  warnings,
  message_id: "",
  from: [{ name: "Rolf Kester", address: "rolf@site.example" }],
  to: [],
  cc: [],
  date: "2026-11-19T14:42:00Z",
  received_at: "2026-11-19T14:42:00Z",
  project_id: null,
  thread_id: "t",
  thread_size: 1,
  thread_index: 1,
  sha256: "",
  size: 10,
  verdict: "accepted",
  snippet: "",
  attachments: [],
  match: { confidence: 0, reasons: [], candidates: [] },
  requires_response: false,
  automatic: "no",
  extractor: "",
  envelope_from: "rolf@site.example",
  tag: "",
  facts: [],
});

it("shows mail that could not be read or is held, with its original", async () => {
  const parked = mail("em_1", "parked", "Mail that could not be read", ["This mail could not be read."]);
  const held = mail("em_2", "held", "Crane slot", []);
  server.use(
    answers.me,
    http.get("/api/v1/orgs/:org", () =>
      HttpResponse.json<Organisation>({ ...org, counts: { ...org.counts, parked: 1, held: 1 } }),
    ),
    answers.projects(),
    answers.actions(),
    http.get("/api/v1/orgs/:org/review", () => HttpResponse.json<List<Email>>({ items: [], next: null })),
    http.get("/api/v1/orgs/:org/unsure", () => HttpResponse.json({ items: [], next: null })),
    http.get("/api/v1/orgs/:org/emails", ({ request }) => {
      const state = new URL(request.url).searchParams.get("state");
      return HttpResponse.json<List<Email>>({ items: state === "parked" ? [parked] : [held], next: null });
    }),
  );
  openApp("/orgs/brennock/review?tab=kept");
  const list = await screen.findByRole("list", { name: "Mail that was not read" });
  expect(within(list).getAllByRole("listitem")).toHaveLength(2);
  expect(list).toHaveTextContent("This mail could not be read.");
  expect(list).toHaveTextContent("Held while the organisation is suspended.");
  expect(screen.getByRole("link", { name: "Not read 2" })).toBeVisible();
  expect(within(list).getByRole("link", { name: "Download original: Crane slot" })).toHaveAttribute(
    "href",
    "/api/v1/orgs/brennock/emails/em_2/raw",
  );
});
