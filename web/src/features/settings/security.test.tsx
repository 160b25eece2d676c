import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Session } from "../../api/types";
import { answers, api, list, openApp } from "../../test/app";

const server = api();

const session = (id: string, more: Partial<Session> = {}): Session => ({
  id,
  how: "password",
  second_factor: false,
  agent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/145.0 Firefox/145.0",
  created_at: "2026-11-02T10:00:00Z",
  seen_at: "2026-11-02T10:00:00Z",
  current: false,
  ...more,
});

function serve() {
  let on = false;
  let open = [
    session("se_1", { current: true }),
    session("se_2", {
      agent: "Mozilla/5.0 (iPhone) AppleWebKit/605 Version/19.0 Safari/604.1",
      how: "link",
      place: "192.0.2.0/24",
    }),
    session("se_3", { agent: "curl/8.9.1" }),
  ];
  server.use(
    answers.me,
    answers.org,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    answers.passkeys(),
    http.get("/api/v1/me/factors", () =>
      HttpResponse.json({ totp: on, recovery_codes: on ? 2 : 0, passkeys: 0 }),
    ),
    http.post("/api/v1/me/totp", () =>
      HttpResponse.json({
        token: "of_1",
        secret: "JBSWY3DPEHPK3PXP",
        uri: "otpauth://totp/Projectr:ana?secret=JBSWY3DPEHPK3PXP",
        picture: { size: 25, path: "M0 0h7v7H0z" },
      }),
    ),
    http.put("/api/v1/me/totp", async ({ request }) => {
      const { token, code } = (await request.json()) as { token: string; code: string };
      if (token !== "of_1" || code !== "287082") {
        return HttpResponse.json(
          { code: "invalid", errors: [{ location: "body.code", message: "This is not the code of now." }] },
          { status: 422 },
        );
      }
      on = true;
      return HttpResponse.json({ recovery_codes: ["aaaa-bbbb", "cccc-dddd"] });
    }),
    http.delete("/api/v1/me/totp", () => {
      on = false;
      return new HttpResponse(null, { status: 204 });
    }),
    http.get("/api/v1/me/oidc", () => HttpResponse.json(list())),
    http.get("/api/v1/me/sessions", () => HttpResponse.json(list(...open))),
    http.delete("/api/v1/me/sessions", () => {
      open = open.filter((s) => s.current);
      return new HttpResponse(null, { status: 204 });
    }),
    http.delete("/api/v1/me/sessions/:id", ({ params }) => {
      open = open.filter((s) => s.id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
    http.post("/api/v1/me/password", async ({ request }) => {
      const { old } = (await request.json()) as { old: string; password: string };
      if (old !== "the old pass phrase") {
        return HttpResponse.json(
          { code: "invalid", errors: [{ location: "body.old", message: "This is not your password." }] },
          { status: 422 },
        );
      }
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/orgs/brennock/settings?tab=security");
  return userEvent.setup();
}

it("lists where one is signed in, and ends one session after asking", async () => {
  const user = serve();
  const rows = within(await screen.findByRole("list", { name: "Sessions" })).getAllByRole("listitem");
  expect(rows[0]).toHaveTextContent(/^Firefox on LinuxThis one/);
  expect(rows[1]).toHaveTextContent(/^Safari on iPhoneFrom 192.0.2.0\/24, by a mailed link, since Nov 2/);
  expect(within(rows[0] as HTMLElement).queryByRole("button")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Sign out: Safari on iPhone" }));
  const dialog = await screen.findByRole("dialog", { name: "Sign out Safari on iPhone?" });
  expect(screen.getByText("Safari on iPhone")).toBeInTheDocument();
  await user.click(within(dialog).getByRole("button", { name: "Sign out" }));
  expect(await screen.findByText("The session is signed out.")).toBeVisible();
  await waitFor(() => expect(screen.queryByText("Safari on iPhone")).toBeNull());
});

it("ends all the others at once", async () => {
  const user = serve();
  await user.click(await screen.findByRole("button", { name: "Sign out the others" }));
  const dialog = await screen.findByRole("dialog", { name: "Sign out everywhere else?" });
  await user.click(within(dialog).getByRole("button", { name: "Sign out" }));
  await waitFor(() => expect(screen.queryByText("curl/8.9.1")).toBeNull());
  expect(screen.queryByRole("button", { name: "Sign out the others" })).toBeNull();
});

it("changes the password, and keeps what was typed when the old one is wrong", async () => {
  const user = serve();
  const form = await screen.findByRole("form", { name: "Change password" });
  const old = within(form).getByLabelText("Password now");
  const fresh = within(form).getByLabelText("New password");
  await user.type(old, "wrong");
  await user.type(fresh, "a new pass phrase{Enter}");
  await waitFor(() => expect(old).toBeInvalid());
  expect(old).toHaveAccessibleDescription("This is not your password.");
  expect(fresh).toHaveValue("a new pass phrase");
  await user.clear(old);
  await user.type(old, "the old pass phrase{Enter}");
  expect(await screen.findByText(/^Your password is changed/)).toBeVisible();
  expect(old).toHaveValue("");
  expect(fresh).toHaveValue("");
});

it("sets up one-time codes, shows the recovery codes once, and turns them off after asking", async () => {
  const user = serve();
  await user.click(await screen.findByRole("button", { name: "Set up one-time codes" }));
  const form = await screen.findByRole("form", { name: "Set up one-time codes" });
  expect(within(form).getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
  expect(within(form).getByText("JBSWY3DPEHPK3PXP")).toBeVisible();
  const code = within(form).getByLabelText("Code");
  await user.type(code, "000000{Enter}");
  await waitFor(() => expect(code).toBeInvalid());
  await user.clear(code);
  await user.type(code, "287082{Enter}");
  const codes = await screen.findByRole("list", { name: "Recovery codes" });
  expect(
    within(codes)
      .getAllByRole("listitem")
      .map((c) => c.textContent),
  ).toEqual(["aaaa-bbbb", "cccc-dddd"]);
  await user.click(screen.getByRole("button", { name: "I have kept them" }));
  expect(screen.queryByText("aaaa-bbbb")).toBeNull();
  expect(await screen.findByText("2 recovery codes are left.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Turn off" }));
  const dialog = await screen.findByRole("dialog", { name: "Turn one-time codes off?" });
  await user.click(within(dialog).getByRole("button", { name: "Turn off" }));
  expect(await screen.findByRole("button", { name: "Set up one-time codes" })).toBeVisible();
});
