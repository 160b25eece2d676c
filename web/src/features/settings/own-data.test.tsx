import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import type { Me, Organisation } from "../../api/types";
import { answers, api, me, openApp, org } from "../../test/app";

const server = api();

function signedIn({
  role = "admin",
  verified = true,
  mail = true,
}: {
  role?: Organisation["role"];
  verified?: boolean;
  mail?: boolean;
} = {}) {
  server.use(
    http.get("/api/v1/me", () => HttpResponse.json<Me>({ ...me, verified })),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role })),
    answers.ways({ mail }),
    answers.projects(),
    answers.actions(),
  );
}

it("gives everything along to admins who show that it is still them", async () => {
  signedIn();
  let proved = false;
  server.use(
    http.get("/api/v1/me", () => HttpResponse.json<Me>({ ...me, verified: true, proved })),
    http.post("/api/v1/session/confirm", () => {
      proved = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const fetched: string[] = [];
  const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    if (this.hasAttribute("download")) fetched.push(this.pathname);
  });
  openApp("/orgs/brennock/settings?tab=data");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Start export" }));
  await user.type(await screen.findByLabelText("Password"), "a pass phrase");
  expect(fetched).toEqual([]);
  await user.keyboard("{Enter}");
  await vi.waitFor(() => expect(fetched).toEqual(["/api/v1/orgs/brennock/export.zip"]));
  click.mockRestore();
});

it("gives a viewer no export", async () => {
  signedIn({ role: "viewer" });
  openApp("/orgs/brennock/settings?tab=data");
  expect(await screen.findByText("You are a viewer. Ask an admin to export everything.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Start export" })).toBeNull();
});

it("says which mails one gets, and that none are sent where there is no relay", async () => {
  signedIn({ role: "viewer", mail: false });
  openApp("/orgs/brennock/settings?tab=notifications");
  expect(await screen.findByText(/sends no mail, so you get none/)).toBeVisible();
  const main = within(screen.getByRole("main"));
  expect(main.getAllByText("Not sent")).toHaveLength(6);
  expect(main.queryByText(/API key/, { selector: "dt" })).toBeNull();
});

it("changes the address by a mailed link, after the password where that is asked", async () => {
  signedIn();
  const sent: unknown[] = [];
  let recent = false;
  server.use(
    http.post("/api/v1/me/email", async ({ request }) => {
      if (!recent)
        return HttpResponse.json(
          { status: 403, code: "reauthenticate", detail: "Show that it is you." },
          { status: 403 },
        );
      sent.push(await request.json());
      return new HttpResponse(null, { status: 202 });
    }),
    http.post("/api/v1/session/confirm", () => {
      recent = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/orgs/brennock/settings?tab=you");
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("New address"), "dana@new.example{Enter}");
  await user.type(await screen.findByLabelText("Password"), "a pass phrase{Enter}");
  expect(await screen.findByText(/We mailed a link to dana@new.example/)).toBeVisible();
  expect(sent).toEqual([{ email: "dana@new.example" }]);
  expect(screen.getByText("Confirmed")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Mail me a link to confirm it" })).toBeNull();
});

it("has a link mailed that proves the address", async () => {
  signedIn({ verified: false });
  server.use(http.post("/api/v1/me/verification", () => new HttpResponse(null, { status: 202 })));
  openApp("/orgs/brennock/settings?tab=you");
  await userEvent.click(await screen.findByRole("button", { name: "Mail me a link to confirm it" }));
  expect(await screen.findByText(/We mailed a link to dana@brennock.example/)).toBeVisible();
});

it("shows no form where no mail is sent", async () => {
  signedIn({ mail: false });
  openApp("/orgs/brennock/settings?tab=you");
  expect(await screen.findByText(/the address cannot be changed here/)).toBeVisible();
  expect(screen.queryByLabelText("New address")).toBeNull();
});
