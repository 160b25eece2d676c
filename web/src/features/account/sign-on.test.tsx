import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { setOut, type Trip } from "../../lib/trip";
import { answers, api, me, openApp, project } from "../../test/app";

vi.mock("../../lib/trip", async (original) => ({
  ...(await original<typeof import("../../lib/trip")>()),
  setOut: vi.fn(),
}));

const server = api();
beforeEach(() => {
  vi.mocked(setOut).mockClear();
  sessionStorage.clear();
});

const began = (trip: Trip) => sessionStorage.setItem("projectr.trip", JSON.stringify(trip));
const home = () =>
  server.use(
    answers.me,
    answers.org,
    answers.projects(project("p1", "Harrow Point")),
    answers.changes(),
    answers.actions(),
  );

it("leads to the provider by its name, and says so when it is down", async () => {
  let down = true;
  const sent: unknown[] = [];
  server.use(
    answers.ways({ provider: "Acme ID" }),
    http.post("/api/v1/session/oidc/start", async ({ request }) => {
      sent.push(await request.json());
      return down
        ? HttpResponse.json({ code: "unavailable", detail: "The provider is down." }, { status: 503 })
        : HttpResponse.json({ url: "https://id.example/authorize?state=s1" });
    }),
  );
  openApp("/sign-in?return=%2Forgs%2Fbrennock%2Factions");
  const user = userEvent.setup();
  const button = await screen.findByRole("button", { name: "Sign in with Acme ID" });
  await user.click(button);
  expect(await screen.findByText("The provider is down.")).toBeVisible();
  expect(setOut).not.toHaveBeenCalled();
  down = false;
  await user.click(button);
  await waitFor(() =>
    expect(setOut).toHaveBeenCalledWith("https://id.example/authorize?state=s1", {
      connect: false,
      to: "/orgs/brennock/actions",
    }),
  );
  expect(sent).toEqual([{}, {}]);
});

it("shows no such way where no provider is set up", async () => {
  openApp("/sign-in");
  expect(await screen.findByRole("button", { name: "Sign in" })).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Sign in with/ })).toBeNull();
});

it("takes an invitation along", async () => {
  let sent: unknown;
  server.use(
    answers.ways({ provider: "Acme ID" }),
    answers.problem("get", "/api/v1/me", 401, { code: "unknown", detail: "Sign in to go on." }),
    http.post("/api/v1/invitations/look", () =>
      HttpResponse.json({
        organisation: "Brennock",
        email: "jo@brennock.example",
        role: "viewer",
        has_account: false,
      }),
    ),
    http.post("/api/v1/session/oidc/start", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ url: "https://id.example/" });
    }),
  );
  openApp("/invitation#in-1");
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with Acme ID" }));
  await waitFor(() =>
    expect(setOut).toHaveBeenCalledWith("https://id.example/", { connect: false, to: "/" }),
  );
  expect(sent).toEqual({ invitation: "in-1" });
});

it("sends on once what was brought back, to the digit, and goes where one was going", async () => {
  began({ connect: false, to: "/orgs/brennock/actions" });
  const sent: unknown[] = [];
  home();
  server.use(
    http.post("/api/v1/session/oidc", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(me);
    }),
  );
  const { router } = openApp(
    "/sign-in/oidc?code=12345678901234567890&state=1e3&iss=https%3A%2F%2Fid.example&session_state=x",
  );
  expect(await screen.findByRole("heading", { name: "My actions", level: 1 })).toBeVisible();
  expect(sent).toEqual([{ code: "12345678901234567890", state: "1e3", iss: "https://id.example" }]);
  expect(router.state.location.pathname).toBe("/orgs/brennock/actions");
});

it("says in one sentence why nobody is signed in, and keeps nothing in the address", async () => {
  began({ connect: false, to: "https://evil.example/" });
  server.use(
    answers.problem("post", "/api/v1/session/oidc", 403, {
      code: "forbidden",
      detail: "You are signed in at the provider, but no organisation here has let you in yet.",
    }),
  );
  const { router } = openApp("/sign-in/oidc?code=c1&state=s1");
  expect(await screen.findByRole("heading", { name: "You are not signed in" })).toBeVisible();
  expect(screen.getByText(/no organisation here has let you in yet/)).toBeVisible();
  expect(router.state.location.href).toBe("/sign-in/oidc");
  await userEvent.click(screen.getByRole("button", { name: "Go to sign in" }));
  expect(await screen.findByLabelText("Work email")).toBeVisible();
});

it("asks nothing when it is opened without anything brought back", async () => {
  openApp("/sign-in/oidc");
  expect(await screen.findByText(/Begin at sign-in/)).toBeVisible();
});

it("connects what was brought back when that was what one left for", async () => {
  began({ connect: true, to: "/orgs/brennock/actions" });
  let sent: unknown;
  home();
  server.use(
    http.put("/api/v1/me/oidc", async ({ request }) => {
      sent = await request.json();
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/sign-in/oidc?code=c1&state=s1");
  expect(await screen.findByText("Your account is connected.")).toBeVisible();
  expect(await screen.findByRole("heading", { name: "My actions", level: 1 })).toBeVisible();
  expect(sent).toEqual({ code: "c1", state: "s1" });
});

it("leads back to the settings when it could not be connected", async () => {
  began({ connect: true, to: "/orgs/brennock/actions" });
  home();
  server.use(
    answers.problem("put", "/api/v1/me/oidc", 409, {
      code: "conflict",
      detail: "It belongs to another account here.",
    }),
  );
  openApp("/sign-in/oidc?code=c1&state=s1");
  expect(await screen.findByRole("heading", { name: "Your account is not connected" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Go back to your settings" }));
  expect(await screen.findByRole("heading", { name: "My actions", level: 1 })).toBeVisible();
});
