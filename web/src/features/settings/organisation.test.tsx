import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Organisation } from "../../api/types";
import { answers, api, openApp, org } from "../../test/app";

const server = api();

function serve(role: Organisation["role"]) {
  let now: Organisation = { ...org, role };
  server.use(
    answers.me,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
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
  openApp("/orgs/brennock/settings?tab=organisation");
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
