import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { NewKey } from "../../api/queries/keys";
import type { ApiKey, Organisation } from "../../api/types";
import { answers, api, list, openApp, org } from "../../test/app";

const server = api();

const key = (id: string, name: string, more: Partial<ApiKey> = {}): ApiKey => ({
  id,
  name,
  prefix: `prj_${id}`,
  role: "viewer",
  created_at: "2026-11-02T10:00:00Z",
  ...more,
});

function serve(role: Organisation["role"], ...first: ApiKey[]) {
  let keys = first;
  const wanted: NewKey[] = [];
  server.use(
    answers.me,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role })),
    http.get("/api/v1/orgs/:org/api-keys", () => HttpResponse.json(list(...keys))),
    http.post("/api/v1/orgs/:org/api-keys", async ({ request }) => {
      const given = (await request.json()) as NewKey;
      wanted.push(given);
      if (!given.name) {
        return HttpResponse.json(
          { code: "invalid", errors: [{ location: "body.name", message: "Say what the key is for." }] },
          { status: 422 },
        );
      }
      const made = key("k9", given.name, given);
      keys = [made, ...keys];
      return HttpResponse.json({ ...made, key: "prj_k9secret" }, { status: 201 });
    }),
    http.delete("/api/v1/orgs/:org/api-keys/:id", ({ params }) => {
      keys = keys.map((k) => (k.id === params.id ? { ...k, revoked_at: "2026-11-19T10:00:00Z" } : k));
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/orgs/brennock/settings?tab=keys");
  return { user: userEvent.setup(), wanted };
}

it("lists keys with what they may, and marks those that open nothing", async () => {
  serve(
    "admin",
    key("k1", "Accounting sync", { role: "admin" }),
    key("k2", "Old", { revoked_at: "2026-11-03T10:00:00Z" }),
    key("k3", "Late", { expires_at: "2026-11-03T10:00:00Z" }),
  );
  const [first, second, third] = within(await screen.findByRole("list", { name: "API keys" })).getAllByRole(
    "listitem",
  );
  expect(first).toHaveTextContent("Accounting syncprj_k1…Read, writeNever used");
  expect(second).toHaveTextContent("OldRevoked");
  expect(third).toHaveTextContent("LateExpired");
  expect(screen.getAllByRole("button", { name: /^Revoke key/ })).toHaveLength(1);
});

it("makes a key that may little, and shows it once", async () => {
  const { user, wanted } = serve("admin");
  expect(await screen.findByText("No keys yet.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "New key" }));
  const form = screen.getByRole("form", { name: "New key" });
  await user.click(within(form).getByRole("button", { name: "Create key" }));
  await waitFor(() => expect(within(form).getByRole("textbox", { name: "Name" })).toBeInvalid());
  expect(wanted[0]?.role).toBe("viewer");
  await user.type(within(form).getByRole("textbox", { name: "Name" }), "Accounting sync");
  await user.selectOptions(within(form).getByRole("combobox", { name: "The key may" }), "Only what I choose");
  // Nothing chosen is not "all": it is asked, and nothing is sent.
  await user.click(within(form).getByRole("button", { name: "Create key" }));
  expect(await within(form).findByText("Choose at least one, or let the key do all.")).toBeVisible();
  expect(wanted).toHaveLength(1);
  expect(within(form).queryByRole("checkbox", { name: "File and move mail" })).toBeNull();
  await user.click(within(form).getByRole("checkbox", { name: "Read usage and costs" }));
  await user.selectOptions(within(form).getByRole("combobox", { name: "Opens for" }), "Until it is revoked");
  await user.click(within(form).getByRole("button", { name: "Create key" }));
  const dialog = await screen.findByRole("dialog", { name: "Key for Accounting sync" });
  expect(within(dialog).getByRole("status", { name: "Key" })).toHaveTextContent("prj_k9secret");
  expect(wanted[1]).toEqual({ name: "Accounting sync", role: "viewer", scopes: ["usage.read"] });
  await user.click(within(dialog).getByRole("button", { name: "Done" }));
  expect(screen.queryByText("prj_k9secret")).toBeNull();
  expect(await screen.findByText("Accounting sync")).toBeVisible();
});

it("revokes a key after asking", async () => {
  const { user } = serve("admin", key("k1", "Accounting sync"));
  await user.click(await screen.findByRole("button", { name: "Revoke key: Accounting sync" }));
  const dialog = screen.getByRole("dialog", { name: "Revoke the key for Accounting sync?" });
  await user.click(within(dialog).getByRole("button", { name: "Keep key" }));
  expect(screen.queryByText("Revoked")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Revoke key: Accounting sync" }));
  await user.click(screen.getByRole("button", { name: "Revoke key" }));
  expect(await screen.findByText("Revoked")).toBeVisible();
});

it("tells a viewer whom to ask, and asks the server nothing", async () => {
  serve("viewer");
  server.use(
    http.get("/api/v1/orgs/:org/api-keys", () => {
      throw new Error("a viewer's page asked for the keys");
    }),
  );
  expect(await screen.findByText("You are a viewer. Ask an admin to make API keys.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "New key" })).toBeNull();
});

it("asks for the password where the last proof is old, and makes the key then", async () => {
  const { user } = serve("admin");
  let fresh = false;
  server.use(
    http.post("/api/v1/orgs/:org/api-keys", () =>
      fresh
        ? HttpResponse.json({ ...key("k9", "Sync"), key: "prj_k9secret" }, { status: 201 })
        : HttpResponse.json({ code: "reauthenticate", detail: "Show who you are." }, { status: 403 }),
    ),
    http.post("/api/v1/session/confirm", async ({ request }) => {
      const given = (await request.json()) as { password: string; code?: string };
      if (given.password !== "right") {
        return HttpResponse.json(
          { code: "invalid", errors: [{ location: "body.password", message: "Not your password." }] },
          { status: 422 },
        );
      }
      if (given.code !== "123456") {
        return HttpResponse.json({ code: "second_factor", detail: "Type a code." }, { status: 401 });
      }
      fresh = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  await user.click(await screen.findByRole("button", { name: "New key" }));
  await user.type(screen.getByRole("textbox", { name: "Name" }), "Sync{Enter}");
  const confirm = await screen.findByRole("dialog", { name: "Is it still you?" });
  const password = within(confirm).getByLabelText("Password");
  await user.type(password, "wrong{Enter}");
  await waitFor(() => expect(password).toBeInvalid());
  await user.clear(password);
  await user.type(password, "right{Enter}");
  await user.type(await within(confirm).findByLabelText("Code"), "123456{Enter}");
  expect(await screen.findByRole("dialog", { name: "Key for Sync" })).toHaveTextContent("prj_k9secret");
});

it("says what the server said when one does not want to show who one is", async () => {
  const { user } = serve("admin");
  server.use(
    answers.problem("post", "/api/v1/orgs/:org/api-keys", 403, {
      code: "reauthenticate",
      detail: "Show who you are.",
    }),
  );
  await user.click(await screen.findByRole("button", { name: "New key" }));
  const form = screen.getByRole("form", { name: "New key" });
  await user.type(within(form).getByRole("textbox", { name: "Name" }), "Sync{Enter}");
  const confirm = await screen.findByRole("dialog", { name: "Is it still you?" });
  await user.click(within(confirm).getByRole("button", { name: "Cancel" }));
  expect(await within(form).findByText("Show who you are.")).toBeVisible();
  expect(within(form).getByRole("textbox", { name: "Name" })).toHaveValue("Sync");
});
