import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { AuditEntry, Organisation } from "../../api/types";
import { answers, api, list, me, openApp, org } from "../../test/app";

const server = api();

const entry = (action: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  at: "2026-11-19T15:24:00Z",
  actor: { kind: "user", id: "u1", name: "Dana Orlik" },
  action,
  target: "e1",
  outcome: "done",
  ...more,
});

function serve(role: Organisation["role"], search = "") {
  const asked: URLSearchParams[] = [];
  server.use(
    answers.me,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role })),
    http.get("/api/v1/orgs/:org/members", () =>
      HttpResponse.json(list({ user: { ...me.user, disabled: false, created_at: "" }, role: "admin" })),
    ),
    http.get("/api/v1/orgs/:org/audit", ({ request }) => {
      const given = new URL(request.url).searchParams;
      asked.push(given);
      return given.get("after")
        ? HttpResponse.json({ items: [entry("org.create")], next: null })
        : HttpResponse.json({
            items: [entry("mail.move"), entry("member.save", { outcome: "refused" })],
            next: "n2",
          });
    }),
  );
  const { router } = openApp(`/orgs/brennock/settings?tab=audit${search}`);
  return { user: userEvent.setup(), asked, router };
}

it("lists who did what, and goes on to what was before", async () => {
  const { user } = serve("admin");
  const table = await screen.findByRole("table", { name: "Audit log, newest first" });
  const [, first, second] = within(table).getAllByRole("row");
  expect(first).toHaveTextContent(/Dana Orlik.*Moved a mail.*e1/);
  expect(second).toHaveTextContent("Changed a memberRefused");
  await user.click(screen.getByRole("button", { name: "Show earlier entries" }));
  expect(await within(table).findByText("Made the organisation")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Show earlier entries" })).toBeNull();
});

it("narrows the log by what stands in the URL, and the file with it", async () => {
  const { user, asked, router } = serve("admin", "&from=2026-11-01&to=2026-11-19");
  await screen.findByRole("table");
  expect(asked[0]?.get("from")).toBe("2026-11-01");
  expect(asked[0]?.get("to")).toBe("2026-11-19");
  await user.selectOptions(screen.getByRole("combobox", { name: "Person" }), "Dana Orlik");
  await user.selectOptions(screen.getByRole("combobox", { name: "Event" }), "Moved a mail");
  await waitFor(() =>
    expect(router.state.location.search).toEqual({
      tab: "audit",
      person: "u1",
      action: "mail.move",
      from: "2026-11-01",
      to: "2026-11-19",
    }),
  );
  await waitFor(() => expect(asked.at(-1)?.get("action")).toBe("mail.move"));
  const file = new URL(screen.getByRole("link", { name: "CSV" }).getAttribute("href") ?? "", location.origin);
  expect(file.pathname).toBe("/api/v1/orgs/brennock/audit.csv");
  expect(file.searchParams.get("person")).toBe("u1");
  expect(file.searchParams.get("action")).toBe("mail.move");
  expect(file.searchParams.get("to")).toBe("2026-11-19");
});

it("tells a viewer whom to ask, and asks the server nothing", async () => {
  const { asked } = serve("viewer");
  expect(
    await screen.findByText("You are a viewer. Ask an admin to look things up in the audit log."),
  ).toBeVisible();
  expect(asked).toEqual([]);
  expect(screen.queryByRole("link", { name: "CSV" })).toBeNull();
});
