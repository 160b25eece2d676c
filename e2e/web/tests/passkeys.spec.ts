import { expect, test } from "@playwright/test";
import { demo } from "../support/demo";
import { browserOf, firm, type Person } from "../support/firm";
import { expectAccessible } from "../support/test";

const org = `passkeys${process.env.TEST_WORKER_INDEX}`;
const ines: Person = { email: `ines@${org}.example`, name: "Ines", role: "viewer" };

test("a passkey is added, signs in with nothing typed, and is removed", async ({ browser }) => {
  firm(org, [ines]);
  const context = await browserOf(browser, ines);
  const page = await context.newPage();
  const device = await context.newCDPSession(page);
  await device.send("WebAuthn.enable");
  await device.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  await page.goto(`/orgs/${org}/settings?tab=security`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const form = page.getByRole("form", { name: "Add a passkey" });
  await form.getByRole("textbox", { name: "Name" }).fill("Work phone");
  await form.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("status").getByText(/^Work phone can sign you in now/)).toBeVisible();
  const kept = page.getByRole("list", { name: "Passkeys" }).getByRole("listitem");
  await expect(kept).toHaveText(/^Work phoneAdded .*Never used$/);
  await expectAccessible(page);

  await context.request.delete("/api/v1/session", { headers: { Origin: demo().url } });
  await page.goto(`/orgs/${org}/settings?tab=security`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(kept).toHaveText(/Used now$/);
  await expect(page.getByRole("list", { name: "Sessions" })).toContainText("by passkey");

  await page.getByRole("button", { name: "Remove: Work phone" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove Work phone?" });
  await dialog.getByRole("button", { name: "Remove passkey" }).click();
  await expect(page.getByText("No passkeys yet.")).toBeVisible();
  await context.close();
});
