import { test as base, expect } from "@playwright/test";
import { demo, orgOf, signInOf } from "../support/demo";

const test = base.extend({ baseURL: async ({}, use) => use(demo().url) });

test("a wrong password is refused in words, the right one leads to where one was going", async ({ page }) => {
  const { email, password, ...rest } = signInOf("admin");
  await page.goto(`/orgs/${orgOf({ email, password, ...rest })}/review`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await page.getByLabel("Work email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();

  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Review", level: 1 })).toBeVisible();
});
