import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { FilingRule, Organisation } from "../../api/types";
import { answers, api, list, openApp, org, project } from "../../test/app";

const server = api();

const learned: FilingRule = {
  id: "r1",
  from: "kirsten@site.example",
  words: "Quarry Bend",
  project_id: "p1",
  instead_of: null,
  text: "Mail from Kirsten about Quarry Bend goes to Harrow Point.",
  email_id: "e1",
  by: "Dana Orlik",
  created_at: "2026-11-12T10:00:00Z",
  used: 3,
};

function serve(role: Organisation["role"]) {
  const sent: [method: string, body: unknown][] = [];
  let rules = [learned];
  server.use(
    answers.me,
    answers.projects(project("p1", "Harrow Point"), project("p2", "Pier 9")),
    answers.actions(),
    answers.rereads(),
    answers.senders(),
    answers.settings(),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role })),
    http.get("/api/v1/orgs/:org/members", () => HttpResponse.json(list())),
    http.get("/api/v1/orgs/:org/filing-rules", () => HttpResponse.json(list(...rules))),
    http.post("/api/v1/orgs/:org/filing-rules", async ({ request }) => {
      sent.push(["POST", await request.json()]);
      rules = [{ ...learned, id: "r2" }];
      return HttpResponse.json<FilingRule>(rules[0] as FilingRule, { status: 201 });
    }),
    http.patch("/api/v1/orgs/:org/filing-rules/:id", async ({ request }) => {
      const change = (await request.json()) as Partial<FilingRule>;
      sent.push(["PATCH", change]);
      rules = [{ ...learned, ...change, text: "Mail about Quarry Bend goes to Pier 9." }];
      return HttpResponse.json<FilingRule>(rules[0] as FilingRule);
    }),
    http.delete("/api/v1/orgs/:org/filing-rules/:id", ({ params }) => {
      sent.push(["DELETE", params.id]);
      rules = [];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/orgs/brennock/settings?tab=reading");
  return { sent, user: userEvent.setup() };
}

it("lists what was learned as sentences, and how often it was used", async () => {
  serve("viewer");
  const rules = await screen.findByRole("list", { name: "Filing rules" });
  expect(rules).toHaveTextContent(learned.text);
  expect(rules).toHaveTextContent("Dana Orlik, Nov 12 · filed 3 mails");
  expect(within(rules).queryByRole("button")).toBeNull();
  expect(screen.getByText("You are a viewer. Ask an admin to change filing rules.")).toBeVisible();
});

it("changes a rule in a form", async () => {
  const { sent, user } = serve("admin");
  await user.click(await screen.findByRole("button", { name: `Edit rule: ${learned.text}` }));
  const form = await screen.findByRole("dialog", { name: "Edit filing rule" });
  await user.clear(within(form).getByLabelText("From"));
  await user.selectOptions(within(form).getByLabelText("Goes to"), "p2");
  await user.click(within(form).getByRole("button", { name: "Save rule" }));
  await waitFor(() =>
    expect(sent).toEqual([["PATCH", { from: "", words: "Quarry Bend", project_id: "p2" }]]),
  );
  expect(await screen.findByRole("list", { name: "Filing rules" })).toHaveTextContent("goes to Pier 9.");
});

it("unlearns a rule at once, and Undo learns it again", async () => {
  const { sent, user } = serve("admin");
  await user.click(await screen.findByRole("button", { name: `Remove rule: ${learned.text}` }));
  expect(await screen.findByText("Nothing learned yet.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: /^Undo/ }));
  expect(await screen.findByRole("list", { name: "Filing rules" })).toHaveTextContent(learned.text);
  expect(sent).toEqual([
    ["DELETE", "r1"],
    ["POST", { from: "kirsten@site.example", words: "Quarry Bend", project_id: "p1" }],
  ]);
});
