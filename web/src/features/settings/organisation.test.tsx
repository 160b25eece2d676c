import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Organisation, Settings } from "../../api/types";
import { answers, api, me, openApp, org, settings } from "../../test/app";

const server = api();

function serve(role: Organisation["role"], tab = "organisation") {
  let now: Organisation = { ...org, role };
  let required = false;
  let tries = 0;
  server.use(
    answers.me,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    http.get("/api/v1/orgs/:org/settings", () =>
      HttpResponse.json({ ...settings, require_second_factor: required }),
    ),
    http.patch("/api/v1/orgs/:org/settings", async ({ request }) => {
      if (tries++ === 0) return HttpResponse.json({ code: "reauthenticate" }, { status: 403 });
      if (tries === 2) {
        return HttpResponse.json({ code: "conflict", detail: "Set one up yourself first." }, { status: 409 });
      }
      required = ((await request.json()) as Settings).require_second_factor;
      return HttpResponse.json({ ...settings, require_second_factor: required });
    }),
    http.post("/api/v1/session/confirm", () => new HttpResponse(null, { status: 204 })),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json(now)),
    http.patch("/api/v1/orgs/:org", async ({ request }) => {
      const change = (await request.json()) as { name: string; time_zone: string };
      if (!change.name) {
        return HttpResponse.json(
          { code: "invalid", errors: [{ location: "body.name", message: "Give it a name." }] },
          { status: 422 },
        );
      }
      now = { ...now, ...change };
      return HttpResponse.json(now);
    }),
  );
  openApp(`/orgs/brennock/settings?tab=${tab}`);
  return userEvent.setup();
}

it("renames the organisation and sets its zone", async () => {
  const user = serve("admin");
  const form = await screen.findByRole("form", { name: "Organisation" });
  const name = within(form).getByRole("textbox", { name: "Name" });
  const save = within(form).getByRole("button", { name: "Save" });
  expect(save).toBeDisabled();
  await user.clear(name);
  await user.click(save);
  await waitFor(() => expect(name).toBeInvalid());
  expect(name).toHaveAccessibleDescription("Give it a name.");
  await user.type(name, "Brennock & Sons");
  await user.selectOptions(within(form).getByRole("combobox", { name: "Time zone" }), "Europe/Berlin");
  await user.click(save);
  expect(await screen.findByText("The organisation is changed.")).toBeVisible();
  expect(await screen.findByRole("button", { name: "Organisation: Brennock & Sons" })).toBeVisible();
  await waitFor(() => expect(save).toBeDisabled());
});

it("shows a viewer both and whom to ask", async () => {
  serve("viewer");
  expect(await screen.findByText("America/New York")).toBeVisible();
  expect(screen.getByText("You are a viewer. Ask an admin to change these.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});

it("asks for a second factor, once it is known who asks and that they have one", async () => {
  const user = serve("admin");
  const toggle = await screen.findByRole("switch", { name: "Require a second factor from everyone" });
  expect(toggle).not.toBeChecked();
  await user.click(toggle);
  const dialog = await screen.findByRole("dialog", { name: "Is it still you?" });
  await user.type(within(dialog).getByLabelText("Password"), "gravel pit at dawn");
  await user.click(within(dialog).getByRole("button", { name: "Continue" }));
  expect(await screen.findByText("Set one up yourself first.")).toBeVisible();
  expect(toggle).not.toBeChecked();
  await user.click(toggle);
  await waitFor(() => expect(toggle).toBeChecked());
  expect(screen.queryByText("Set one up yourself first.")).toBeNull();
});

it("leads who has no second factor to set one up", async () => {
  server.use(
    answers.me,
    answers.projects(),
    http.get("/api/v1/me/factors", () => HttpResponse.json({ totp: false, recovery_codes: 0, passkeys: 0 })),
    answers.passkeys(),
    http.get("/api/v1/orgs/:org", () =>
      HttpResponse.json({ code: "second_factor_required", detail: "Turn one on." }, { status: 403 }),
    ),
  );
  const { router } = openApp("/orgs/brennock/projects");
  expect(
    await screen.findByRole("heading", { name: `${me.organisations[0]?.name} asks for a second factor` }),
  ).toBeVisible();
  expect(router.state.location.pathname).toBe("/second-factor");
  expect(await screen.findByRole("button", { name: "Set up one-time codes" })).toBeVisible();
  expect(screen.queryByRole("link", { name: "Go on" })).toBeNull();
});

it("has the organisation deleted in 30 days, and restores it", async () => {
  const user = serve("admin", "data");
  let leaving: string | undefined;
  server.use(
    http.delete("/api/v1/orgs/:org", () => {
      leaving = "2026-12-19T14:00:00Z";
      return HttpResponse.json({ ...org, delete_at: leaving });
    }),
    http.post("/api/v1/orgs/:org/restore", () => HttpResponse.json(org)),
  );
  await user.click(await screen.findByRole("button", { name: "Delete…" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete Brennock Mechanical?" });
  const go = within(dialog).getByRole("button", { name: "Delete organisation" });
  expect(go).toBeDisabled();
  await user.type(
    within(dialog).getByRole("textbox", { name: "Its name, to be sure" }),
    "Brennock Mechanical",
  );
  await user.click(go);
  expect(await screen.findByText(/is deleted on .*Dec 19/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Restore" }));
  expect(await screen.findByRole("button", { name: "Delete…" })).toBeVisible();
});
