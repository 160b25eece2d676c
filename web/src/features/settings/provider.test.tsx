import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import type { Identity } from "../../api/types";
import { setOut } from "../../lib/trip";
import { answers, api, list, openApp } from "../../test/app";

vi.mock("../../lib/trip", async (original) => ({
  ...(await original<typeof import("../../lib/trip")>()),
  setOut: vi.fn(),
}));

const server = api();

const dana: Identity = {
  issuer: "https://id.example/realms/acme",
  email: "dana@acme.example",
  created_at: "2026-11-02T10:00:00Z",
  seen_at: "2026-11-02T10:00:00Z",
};

function serve(connected: Identity[], provider?: string) {
  let items = connected;
  server.use(
    answers.ways({ provider }),
    answers.me,
    answers.org,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    http.get("/api/v1/me/factors", () => HttpResponse.json({ totp: false, recovery_codes: 0, passkeys: 0 })),
    http.get("/api/v1/me/sessions", () => HttpResponse.json(list())),
    http.get("/api/v1/me/oidc", () => HttpResponse.json(list(...items))),
    http.post("/api/v1/me/oidc", () => HttpResponse.json({ url: "https://id.example/authorize" })),
    http.delete("/api/v1/me/oidc", () => {
      if (items.length > 1)
        return HttpResponse.json({ code: "conflict", detail: "This is your only way in." }, { status: 409 });
      items = [];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/orgs/brennock/settings?tab=security");
  return userEvent.setup();
}

it("leaves to connect one's account, and comes back here", async () => {
  const user = serve([], "Acme ID");
  await user.click(await screen.findByRole("button", { name: "Connect Acme ID" }));
  await waitFor(() =>
    expect(setOut).toHaveBeenCalledWith("https://id.example/authorize", {
      connect: true,
      to: "/orgs/brennock/settings?tab=security",
    }),
  );
});

it("shows what is connected, and disconnects after asking", async () => {
  const user = serve([dana], "Acme ID");
  const accounts = await screen.findByRole("list", { name: "Connected accounts" });
  expect(accounts).toHaveTextContent("dana@acme.example at id.example, connected since Nov 2");
  await user.click(screen.getByRole("button", { name: "Disconnect" }));
  const dialog = await screen.findByRole("dialog", { name: "Disconnect your account?" });
  await user.click(within(dialog).getByRole("button", { name: "Disconnect" }));
  expect(await screen.findByRole("button", { name: "Connect Acme ID" })).toBeVisible();
});

it("says why the last way in stays", async () => {
  const user = serve([dana, { ...dana, issuer: "https://old.example", email: "" }], "Acme ID");
  expect(await screen.findByText(/An account at old.example/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Disconnect" }));
  const dialog = await screen.findByRole("dialog", { name: "Disconnect your account?" });
  await user.click(within(dialog).getByRole("button", { name: "Disconnect" }));
  expect(await within(dialog).findByText("This is your only way in.")).toBeVisible();
});

it("is not there where there is neither a provider nor an account at one", async () => {
  serve([]);
  expect(await screen.findByRole("heading", { name: "Password" })).toBeVisible();
  expect(screen.queryByRole("heading", { name: "Single sign-on" })).toBeNull();
});
