import { test as base, expect } from "@playwright/test";
import { type SignOn, signOn } from "../support/provider";
import { expectAccessible } from "../support/test";

/** An installation with a sign-in provider: npm's oidc-provider, with its own pages. */
const test = base.extend<object, { at: SignOn }>({
  at: [
    async ({}, use) => {
      const at = await signOn("Acme ID");
      await use(at);
      at.stop();
    },
    { scope: "worker" },
  ],
});

test("somebody nobody knows signs in at the provider, by the code flow, and is a viewer of their company", async ({
  page,
  context,
  at,
}) => {
  await context.route(
    (url) => url.hostname !== "127.0.0.1",
    (route) => route.abort(), // fonts of the provider's pages
  );
  const asked: string[] = [];
  page.on("request", (r) => asked.push(`${r.method()} ${new URL(r.url()).pathname}`));
  await page.goto(`${at.url}/orgs/acme/actions`);
  const leave = page.getByRole("button", { name: "Sign in with Acme ID" });
  await expect(leave).toBeVisible();
  await expectAccessible(page);
  await leave.click();

  // The person changes their mind.
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { name: "You are not signed in" })).toBeVisible();
  await expect(page.getByText("You were not signed in at the provider.")).toBeVisible();
  expect(page.url()).toBe(`${at.url}/sign-in/oidc`);
  await page.goto(`${at.url}/orgs/acme/actions`);
  await leave.click();

  await page.getByPlaceholder("Enter any login").fill("jo");
  await page.getByPlaceholder("and password").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "My actions", level: 1 })).toBeVisible();
  expect(page.url()).toBe(`${at.url}/orgs/acme/actions`);
  expect(asked.filter((r) => r === "POST /api/v1/session/oidc")).toHaveLength(2);

  const kept = (await context.cookies(at.url)).filter((c) => c.name.includes("projectr"));
  expect(kept.some((c) => c.name === "__Host-projectr" && c.httpOnly)).toBe(true);
  expect(kept.filter((c) => c.name.includes("trip"))).toEqual([]);
  expect(await page.evaluate(() => Object.values(sessionStorage).join(" "))).not.toMatch(/code|eyJ/);

  await page.goto(`${at.url}/orgs/acme/settings?tab=security`);
  await expect(page.getByRole("list", { name: "Connected accounts" })).toContainText(
    `jo@acme.example at ${at.provider}`,
  );
  await page.getByRole("button", { name: "Disconnect" }).click();
  const dialog = page.getByRole("dialog", { name: "Disconnect your account?" });
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await expect(dialog.getByText("This is your only way in.")).toBeVisible();
  const me = await (await page.request.get(`${at.url}/api/v1/me`)).json();
  expect(me.organisations.map((o: { address: string; role: string }) => [o.address, o.role])).toEqual([
    ["acme", "viewer"],
  ]);
});
