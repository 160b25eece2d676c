import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// The browser of the system; PROJECTR_CHROMIUM names another one.
const chromium =
  process.env.PROJECTR_CHROMIUM ??
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p));

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  globalSetup: "./support/start.ts",
  // One installation serves all tests, so they take turns.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  projects: [
    { name: "pages", testIgnore: "hostile.spec.ts" },
    { name: "walls", testMatch: "hostile.spec.ts" },
  ],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "America/New_York",
    // The steps, the network and the pages of what failed; a film of all else would take time.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    launchOptions: { executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] },
  },
});
