import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import type { Email, Organisation } from "../../api/types";
import { answers, api, list, mail, openApp, org, project } from "../../test/app";

const server = api();
const asks = (more: Partial<Email> = {}) =>
  mail("em_1", {
    state: "automatic",
    authentication: { result: "pass", domain: "google.com" },
    confirmation: {
      provider: "Gmail",
      for: "jo@acme.example",
      code: "123456789",
      url: "https://mail.google.com/mail/vf-x",
    },
    ...more,
  });

function serve(of: Email, role: Organisation["role"] = "admin") {
  let count = 1;
  const moved: unknown[] = [];
  server.use(
    answers.me,
    answers.projects(project("p1", "Harrow Point")),
    answers.changes(),
    answers.actions(),
    http.get("/api/v1/orgs/:org", () =>
      HttpResponse.json<Organisation>({ ...org, role, counts: { ...org.counts, confirmations: count } }),
    ),
    http.get("/api/v1/orgs/:org/confirmations", () => HttpResponse.json(list(of))),
    http.post("/api/v1/orgs/:org/emails/:id/move", async ({ request }) => {
      moved.push(await request.json());
      count = 0;
      return HttpResponse.json<Email>({ ...of, state: "filed" });
    }),
  );
  return moved;
}

it("tells admins what a mail provider asks, with code and link", async () => {
  const moved = serve(asks());
  openApp("/orgs/brennock/projects");
  const banner = await screen.findByRole("list", { name: "Mail providers that ask" });
  expect(banner).toHaveTextContent(
    "Gmail asks whether jo@acme.example may forward mail here. Code 123456789",
  );
  const link = within(banner).getByRole("link", { name: "Open the confirmation page (mail.google.com)" });
  expect(link).toHaveAttribute("href", "https://mail.google.com/mail/vf-x");
  expect(link).toHaveAttribute("target", "_blank");
  expect(link).toHaveAttribute("rel", "noopener noreferrer");
  const user = userEvent.setup();
  const write = vi.spyOn(navigator.clipboard, "writeText");
  await user.click(within(banner).getByRole("button", { name: "Copy code 123456789" }));
  expect(write).toHaveBeenCalledWith("123456789");
  await user.click(within(banner).getByRole("button", { name: "Done: Gmail for jo@acme.example" }));
  await waitFor(() => expect(screen.queryByRole("list", { name: "Mail providers that ask" })).toBeNull());
  expect(moved).toEqual([{ project_id: null, to: "none" }]);
});

it("says when the sender could not be checked, and links to nothing but https", async () => {
  serve(
    asks({
      authentication: { result: "none" },
      confirmation: { provider: "Gmail", for: "", url: "javascript:alert(1)" },
    }),
  );
  openApp("/orgs/brennock/projects");
  const banner = await screen.findByRole("list", { name: "Mail providers that ask" });
  expect(banner).toHaveTextContent("Gmail asks whether a mailbox may forward mail here.");
  expect(banner).toHaveTextContent("The sender could not be checked.");
  expect(within(banner).queryByRole("link")).toBeNull();
  expect(within(banner).queryByRole("button", { name: /^Copy/ })).toBeNull();
});

it("asks viewers nothing", async () => {
  serve(asks(), "viewer");
  server.use(http.get("/api/v1/orgs/:org/confirmations", () => HttpResponse.error()));
  openApp("/orgs/brennock/projects");
  await screen.findByRole("table", { name: "Projects, newest mail first" });
  expect(screen.queryByRole("list", { name: "Mail providers that ask" })).toBeNull();
});
