import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Organisation, SenderRule } from "../../api/types";
import { answers, api, list, openApp, org, rule, settings } from "../../test/app";

const server = api();

function serve(role: Organisation["role"], ...first: SenderRule[]) {
  let rules = first;
  server.use(
    answers.me,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    answers.filingRules(),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role })),
    http.get("/api/v1/orgs/:org/members", () => HttpResponse.json(list())),
    answers.settings(),
    http.get("/api/v1/orgs/:org/senders", () => HttpResponse.json(list(...rules))),
    http.post("/api/v1/orgs/:org/senders", async ({ request }) => {
      const { pattern, allow } = (await request.json()) as { pattern: string; allow: boolean };
      if (!pattern.includes("@")) {
        return HttpResponse.json(
          {
            code: "invalid",
            detail: "A sender is an address.",
            errors: [{ location: "body.pattern", message: "A sender is an address such as jo@x.example." }],
          },
          { status: 422 },
        );
      }
      const made = rule(pattern, { allow });
      rules = [made, ...rules];
      return HttpResponse.json<SenderRule>(made, { status: 201 });
    }),
    http.delete("/api/v1/orgs/:org/senders/:id", ({ params }) => {
      rules = rules.filter((r) => r.id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/orgs/brennock/settings?tab=senders");
  return userEvent.setup();
}

it("lists who may send and who may not", async () => {
  serve("admin", rule("@verrinholt.example"), rule("jo@acme.example", { allow: false, by: "Tao Brandt" }));
  const rules = await screen.findByRole("list", { name: "Rules for senders" });
  const [first, second] = within(rules).getAllByRole("listitem");
  expect(first).toHaveTextContent(/^Allowed@verrinholt.exampleDana Orlik, Nov 2/);
  expect(second).toHaveTextContent(/^Blockedjo@acme.exampleTao Brandt, Nov 2/);
  expect(screen.getByText(/Members may send to/)).toHaveTextContent("brennock@mail.example");
});

it("adds a rule, and says beside the field what is wrong with it", async () => {
  const user = serve("admin");
  expect(await screen.findByText("No rules yet.")).toBeVisible();
  const field = screen.getByRole("textbox", { name: "Sender" });
  await user.type(field, "acme");
  await user.click(screen.getByRole("button", { name: "Add rule" }));
  await waitFor(() => expect(field).toBeInvalid());
  expect(field).toHaveAccessibleDescription("A sender is an address such as jo@x.example.");
  expect(field).toHaveValue("acme");
  await user.clear(field);
  expect(field).toBeValid();
  await user.click(screen.getByRole("button", { name: "Block" }));
  await user.type(field, "@acme.example{Enter}");
  expect(await screen.findByText("Everyone at acme.example is blocked.")).toBeVisible();
  expect(await screen.findByRole("list", { name: "Rules for senders" })).toHaveTextContent("@acme.example");
  expect(field).toHaveValue("");
});

it("asks before it removes a rule", async () => {
  const user = serve("admin", rule("@acme.example"));
  await user.click(await screen.findByRole("button", { name: "Remove rule: @acme.example" }));
  const dialog = screen.getByRole("dialog", { name: "Remove the rule for @acme.example?" });
  await user.click(within(dialog).getByRole("button", { name: "Keep rule" }));
  expect(screen.getByRole("list", { name: "Rules for senders" })).toHaveTextContent("@acme.example");
  await user.click(screen.getByRole("button", { name: "Remove rule: @acme.example" }));
  await user.click(screen.getByRole("button", { name: "Remove rule" }));
  expect(await screen.findByText("No rules yet.")).toBeVisible();
});

it("shows viewers the rules and whom to ask", async () => {
  serve("viewer", rule("@acme.example"));
  expect(await screen.findByRole("list", { name: "Rules for senders" })).toBeVisible();
  expect(screen.getByText("You are a viewer. Ask an admin to allow or block senders.")).toBeVisible();
  expect(screen.queryByRole("button", { name: /Remove rule/ })).toBeNull();
  expect(screen.queryByRole("textbox", { name: "Sender" })).toBeNull();
});

it("says when the rules cannot be read", async () => {
  server.use(
    answers.me,
    answers.org,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    answers.filingRules(),
    answers.settings(),
    http.get("/api/v1/orgs/:org/members", () => HttpResponse.json(list())),
    answers.problem("get", "/api/v1/orgs/:org/senders", 503, { code: "unavailable", detail: "Busy." }),
  );
  openApp("/orgs/brennock/settings?tab=senders");
  expect(await screen.findByText(/The rules could not be read. Busy./)).toBeVisible();
});

it("has mail prove its sender", async () => {
  const user = serve("admin");
  const asked: unknown[] = [];
  server.use(
    http.patch("/api/v1/orgs/:org/settings", async ({ request }) => {
      const change = (await request.json()) as object;
      asked.push(change);
      return HttpResponse.json({ ...settings, ...change });
    }),
  );
  const toggle = await screen.findByRole("switch", { name: "Require SPF, DKIM or DMARC to pass" });
  await user.click(toggle);
  await waitFor(() => expect(toggle).toBeChecked());
  expect(asked).toEqual([{ require_authentication: true }]);
});
