import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { afterEach, expect, it, vi } from "vitest";
import type { Passkey } from "../../api/types";
import { answers, api, list, openApp } from "../../test/app";
import { authenticator } from "../../test/authenticator";

const server = api();
afterEach(() => vi.unstubAllGlobals());

const passkey = (id: string, name: string, more: Partial<Passkey> = {}): Passkey => ({
  id,
  name,
  created_at: "2026-11-02T10:00:00Z",
  ...more,
});

/** Security with these passkeys. Adding asks for a fresh proof until `proved`. */
function serve({ kept = [] as Passkey[], offered = true, proved = true } = {}) {
  const sent: [string, unknown][] = [];
  let recent = proved;
  const heard = async (what: string, request: Request) =>
    sent.push([what, await request.json().catch(() => null)]);
  const stale = () => HttpResponse.json({ code: "reauthenticate", detail: "Again." }, { status: 403 });
  server.use(
    answers.me,
    answers.org,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    answers.ways({ passkeys: offered }),
    http.get("/api/v1/me/sessions", () => HttpResponse.json(list())),
    http.get("/api/v1/me/factors", () =>
      HttpResponse.json({ totp: false, recovery_codes: 0, passkeys: kept.length }),
    ),
    http.get("/api/v1/me/passkeys", () => HttpResponse.json(list(...kept))),
    http.post("/api/v1/me/passkeys/start", () =>
      recent ? HttpResponse.json({ options: { challenge: "new" } }) : stale(),
    ),
    http.post("/api/v1/me/passkeys", async ({ request }) => {
      await heard("add", request.clone());
      const { name } = (await request.json()) as { name: string };
      const made = passkey("pk_new", name);
      kept = [...kept, made];
      return HttpResponse.json(made, { status: 201 });
    }),
    http.patch("/api/v1/me/passkeys/:id", async ({ request, params }) => {
      await heard("rename", request.clone());
      const { name } = (await request.json()) as { name: string };
      if (!name)
        return HttpResponse.json(
          { code: "invalid", errors: [{ location: "body.name", message: "A passkey has a name." }] },
          { status: 422 },
        );
      kept = kept.map((k) => (k.id === params.id ? { ...k, name } : k));
      return new HttpResponse(null, { status: 204 });
    }),
    http.delete("/api/v1/me/passkeys/:id", ({ params }) => {
      if (!recent) return stale();
      kept = kept.filter((k) => k.id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
    http.post("/api/v1/session/passkey/start", () => HttpResponse.json({ options: { challenge: "any" } })),
    http.post("/api/v1/session/confirm", async ({ request }) => {
      await heard("confirm", request);
      recent = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/orgs/brennock/settings?tab=security");
  return { user: userEvent.setup(), sent };
}

const rows = async () =>
  within(await screen.findByRole("list", { name: "Passkeys" }))
    .getAllByRole("listitem")
    .map((row) => row.textContent);

it("adds a passkey under the name that was typed", async () => {
  authenticator({ make: async () => ({ id: "pk_new" }) });
  const { user, sent } = serve();
  expect(await screen.findByText("No passkeys yet.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Add a passkey" }));
  const form = await screen.findByRole("form", { name: "Add a passkey" });
  const name = within(form).getByLabelText("Name");
  expect(name).not.toHaveValue("");
  await user.clear(name);
  await user.type(name, " Work phone {Enter}");
  expect(await screen.findByText(/^Work phone can sign you in now/)).toBeVisible();
  expect(await rows()).toEqual([expect.stringMatching(/^Work phoneAdded Nov 2.*Never used$/)]);
  expect(sent).toEqual([
    ["add", { name: "Work phone", credential: { id: "pk_new", asked: { challenge: "new" } } }],
  ]);
});

it.each([
  ["NotAllowedError", /^No passkey was made/],
  ["InvalidStateError", /^This device has a passkey for your account already/],
  ["SecurityError", /^This browser cannot do it here/],
])("says what to do when the device answers %s, and keeps the name", async (error, words) => {
  authenticator({ make: () => Promise.reject(new DOMException("", error)) });
  const { user, sent } = serve();
  await user.click(await screen.findByRole("button", { name: "Add a passkey" }));
  const form = await screen.findByRole("form", { name: "Add a passkey" });
  await user.type(within(form).getByLabelText("Name"), " of mine{Enter}");
  expect(await within(form).findByText(words)).toBeVisible();
  expect((within(form).getByLabelText("Name") as HTMLInputElement).value).toMatch(/ of mine$/);
  expect(sent).toEqual([]);
});

it("takes a passkey in the place of the password where a fresh proof is asked for", async () => {
  authenticator({ show: async () => ({ id: "pk_1" }) });
  const { user, sent } = serve({
    kept: [passkey("pk_1", "Phone", { used_at: "2026-11-03T10:00:00Z" })],
    proved: false,
  });
  expect(await rows()).toEqual([expect.stringMatching(/^PhoneAdded Nov 2.*Used Nov 3/)]);
  await user.click(screen.getByRole("button", { name: "Remove: Phone" }));
  const dialog = await screen.findByRole("dialog", { name: "Remove Phone?" });
  await user.click(within(dialog).getByRole("button", { name: "Remove passkey" }));
  const show = await screen.findByRole("button", { name: "Use a passkey" });
  expect(screen.queryByLabelText("Password")).toBeNull(); // which would not be enough
  await user.click(show);
  expect(await screen.findByText(/^Phone is removed/)).toBeVisible();
  await waitFor(() => expect(screen.queryByRole("list", { name: "Passkeys" })).toBeNull());
  expect(sent).toEqual([["confirm", { passkey: { id: "pk_1", asked: { challenge: "any" } } }]]);
});

it("renames a passkey, and says at the field what is wrong", async () => {
  authenticator({});
  const { user } = serve({ kept: [passkey("pk_1", "Phone")] });
  await user.click(await screen.findByRole("button", { name: "Rename: Phone" }));
  const form = await screen.findByRole("form", { name: "Rename Phone" });
  const name = within(form).getByLabelText("Name");
  await user.clear(name);
  await user.type(name, "{Enter}");
  await waitFor(() => expect(name).toBeInvalid());
  await user.type(name, "Old phone{Enter}");
  expect(await screen.findByText("The passkey is called Old phone now.")).toBeVisible();
  await waitFor(async () => expect(await rows()).toEqual([expect.stringMatching(/^Old phone/)]));
});

it("says so where the browser cannot make one", async () => {
  serve();
  expect(await screen.findByText(/This browser cannot make one/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Add a passkey" })).toBeNull();
});

it("shows nothing where the installation can have none", async () => {
  authenticator({});
  serve({ offered: false });
  await screen.findByRole("heading", { name: "Password" });
  await screen.findByRole("button", { name: "Set up one-time codes" });
  expect(screen.queryByRole("heading", { name: "Passkeys" })).toBeNull();
});
