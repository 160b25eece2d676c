import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { demo } from "../support/demo";
import { arrive, type Canary, canary, type Hostile, looked, org, signIn, Watch } from "../support/hostile";

/** A browser that takes the canary for every host but ours, and says afterwards what it looked up. */
interface Shielded {
  context: BrowserContext;
  page: Page;
  watch: Watch;
  /** Closes the browser and returns what it asked for, and the hosts it looked up or connected to. */
  asked(): Promise<{ requests: string[]; hosts: string[] }>;
}

const test = base.extend<{ shielded: Shielded }, { ear: Canary; mails: Hostile[] }>({
  ear: [
    async ({}, use) => {
      const ear = await canary();
      await use(ear);
      ear.close();
    },
    { scope: "worker" },
  ],
  mails: [
    async ({ ear, playwright }, use) => {
      const request = await playwright.request.newContext();
      await use(await arrive(request, ear.port));
      await request.dispose();
    },
    { scope: "worker", timeout: 180_000 },
  ],
  shielded: async ({ ear, playwright, launchOptions }, use) => {
    const log = join(tmpdir(), `projectr-net-${process.pid}-${Date.now()}.json`);
    const browser = await playwright.chromium.launch({
      ...launchOptions,
      args: [
        ...(launchOptions.args ?? []),
        // The browser's own talk with its maker is no mail's doing, and x.example is where honest links lead.
        `--host-resolver-rules=MAP *.googleapis.com ~NOTFOUND, MAP *.google.com ~NOTFOUND, MAP x.example ~NOTFOUND, MAP * 127.0.0.1:${ear.port}, EXCLUDE 127.0.0.1, EXCLUDE localhost`,
        `--log-net-log=${log}`,
      ],
    });
    const context = await browser.newContext({
      baseURL: demo().url,
      viewport: { width: 1440, height: 900 },
      timezoneId: "America/New_York",
    });
    await signIn(context.request);
    const page = await context.newPage();
    const watch = new Watch(context, page);
    const before = ear.heard.length;
    await use({
      context,
      page,
      watch,
      asked: async () => {
        await browser.close();
        return {
          requests: [...watch.requests, ...ear.heard.slice(before)],
          hosts: await looked(log, ear.port),
        };
      },
    });
    await browser.close();
    rmSync(log, { force: true });
  },
});

test.use({ trace: "off", actionTimeout: 15_000 }); // a trace of so many frames would be all the test does
/**
 * Which mails a test opens: one of so many, and all with PROJECTR_HOSTILE=all, which takes four times as long.
 */
function oneOf(some: number): (mail: Hostile) => boolean {
  const seen = new Map<string, number>();
  return (mail) => {
    const n = seen.get(mail.class) ?? 0;
    seen.set(mail.class, n + 1);
    return process.env.PROJECTR_HOSTILE === "all" || n % some === 0;
  };
}
/** What the frame of a mail is in the dashboard; the first test holds it against what stands there. */
const frame = { sandbox: "allow-popups allow-popups-to-escape-sandbox", referrerpolicy: "no-referrer" };

test("no hostile mail acts when it is opened in the dashboard", async ({ mails, shielded }) => {
  test.setTimeout(600_000);
  const { page, watch } = shielded;
  // Some of the pages of each class: what each looks like to a browser, the tests below see.
  const some = oneOf(6);
  const opened = mails.filter((m) => some(m) || !m.page || m.class === "file");
  const withPage = opened.filter((m) => m.page);
  expect(new Set(opened.map((m) => m.class))).toEqual(new Set(mails.map((m) => m.class)));
  expect(withPage.length).toBeGreaterThanOrEqual(150);
  let shown = 0;
  let downloads = 0;
  for (const project of new Set(opened.map((m) => m.project))) {
    await page.goto(`/orgs/${org}/projects/${project}`);

    await page.locator("[data-card-button]").first().waitFor();
    const inProject = opened.filter((m) => m.project === project);
    shown += await page.evaluate(
      openAsSent,
      inProject.map((m) => ({ id: m.id, asSent: Boolean(m.page) })),
    );
    for (const m of inProject.filter((m) => m.press)) {
      const box = page.locator(`[data-mail="${m.id}"] iframe`);
      await box.scrollIntoViewIfNeeded();
      await box.click({ position: { x: 24, y: 24 } });
    }
    for (const m of inProject.filter((m) => m.class === "file")) {
      const files = page
        .locator(`[data-mail="${m.id}"]`)
        .getByRole("list", { name: "Attachments" })
        .getByRole("link");
      for (const file of await files.all()) {
        const download = page.waitForEvent("download");
        await file.click();
        await (await download).cancel();
        downloads++;
      }
    }
    for (const [attribute, value] of Object.entries(frame))
      for (const box of await page.locator("iframe").all())
        await expect(box).toHaveAttribute(attribute, value);
    await watch.settle(300);
  }
  expect(shown).toBe(withPage.length);
  expect(downloads).toBeGreaterThanOrEqual(10);
  // The organisation, its people and its projects have hostile names, which stand everywhere.
  for (const screen of [
    "projects",
    "review",
    "actions",
    "usage",
    "billing",
    "settings",
    "settings?tab=organisation",
    "settings?tab=audit",
  ]) {
    await page.goto(`/orgs/${org}/${screen}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await watch.settle(200);
  }
  await nothingHappened(shielded);
});

/**
 * Opens mails of the timeline as a person would, one after the other: the card,
 * its menu, "Show as sent". Returns how many frames loaded.
 */
async function openAsSent(wanted: { id: string; asSent: boolean }[]): Promise<number> {
  const until = async <T>(look: () => T | null | undefined): Promise<T> => {
    for (const end = performance.now() + 10_000; performance.now() < end; ) {
      const found = look();
      if (found) return found;
      await new Promise((wait) => setTimeout(wait, 5));
    }
    throw new Error(`Nothing came of ${look}`);
  };
  let shown = 0;
  for (const { id, asSent } of wanted) {
    const card = await until(() => document.querySelector<HTMLElement>(`[data-mail="${id}"]`));
    card.querySelector<HTMLElement>("[data-card-button]")?.click();
    await until(() => card.querySelector(".mail-text"));
    if (!asSent) continue;
    const more = await until(() => card.querySelector<HTMLElement>('button[aria-label^="More for"]'));
    more.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0, pointerType: "mouse" }));
    const item = await until(() =>
      [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find((i) =>
        i.textContent?.includes("as sent"),
      ),
    );
    item.click();
    const frame = await until(() => card.querySelector("iframe"));
    frame.scrollIntoView({ block: "nearest" });
    await new Promise((loaded) => frame.addEventListener("load", loaded));
    shown++;
    await until(() => !document.querySelector('[role="menuitem"]'));
  }
  return shown;
}

/** Which walls stand: the cleaner on the server, the policy in its headers, the sandbox of both. */
interface Walls {
  cleaner: boolean;
  policy: boolean;
  sandbox: boolean;
}

/**
 * Opens every mail with HTML in frames on a page of the dashboard, many at a
 * time: the frame the dashboard makes, with the server's answer, less the walls
 * that are off.
 */
async function openFrames(
  mails: Hostile[],
  shielded: Shielded,
  walls: Walls,
  sandbox: string | null,
): Promise<void> {
  const { page, watch } = shielded;
  const byId = new Map(mails.map((m) => [m.id, m]));
  await page.route(`**/api/v1/orgs/${org}/emails/*/html`, async (route) => {
    const answer = await route.fetch();
    const headers = answer.headers();
    const policy =
      headers["content-security-policy"]?.replace(/; sandbox[^;]*/, walls.sandbox ? "$&" : "") ?? "";
    if (walls.policy) headers["content-security-policy"] = policy;
    else delete headers["content-security-policy"];
    const id = /emails\/([^/]+)\/html/.exec(route.request().url())?.[1] ?? "";
    await route.fulfill({ response: answer, headers, body: walls.cleaner ? undefined : byId.get(id)?.page });
  });
  const all = mails.filter((m) => m.page).filter(oneOf(2));
  expect(all.length).toBeGreaterThanOrEqual(500);
  const atOnce = 48;
  for (let i = 0; i < all.length; i += atOnce) {
    const batch = all.slice(i, i + atOnce);
    await page.goto(`/orgs/${org}/projects`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.evaluate(
      async ({ urls, sandbox, referrerpolicy }) => {
        const wall = document.body.appendChild(document.createElement("div"));
        wall.style.cssText =
          "position:fixed;inset:0;z-index:9999;background:#fff;display:grid;grid-template-columns:repeat(8,1fr);grid-auto-rows:140px";
        await Promise.all(
          urls.map((url) => {
            const frame = document.createElement("iframe");
            frame.style.cssText = "width:170px;height:130px;border:0";
            if (sandbox !== null) frame.setAttribute("sandbox", sandbox);
            frame.setAttribute("referrerpolicy", referrerpolicy);
            frame.src = url;
            wall.append(frame);
            return new Promise((done) => {
              frame.addEventListener("load", done);
              setTimeout(done, 3000); // one that goes on loading has begun all the same
            });
          }),
        );
      },
      {
        urls: batch.map((m) => `/api/v1/orgs/${org}/emails/${m.id}/html`),
        sandbox,
        referrerpolicy: frame.referrerpolicy,
      },
    );
    for (const [at, m] of batch.entries())
      if (m.press) await page.mouse.click((at % 8) * 180 + 30, Math.floor(at / 8) * 140 + 30);
    await watch.settle(200);
  }
}

/**
 * No script ran, nobody was asked for anything, no host was looked up or
 * connected to, and no page moved. Hosts that may be known are named.
 */
async function nothingHappened(shielded: Shielded, known: Set<string> = new Set()): Promise<void> {
  const { watch } = shielded;
  const { requests, hosts } = await shielded.asked();
  expect([...watch.scripts], "scripts that ran").toEqual([]);
  expect(requests, "requests that left").toEqual([]);
  expect(
    hosts.filter((h) => !known.has(h)),
    "hosts that were looked up or connected to",
  ).toEqual([]);
  expect([...watch.moves], "pages that moved or opened").toEqual([]);
}

test("no hostile mail acts with the sanitiser off, many frames on a page of the dashboard", async ({
  mails,
  ear,
  shielded,
}) => {
  test.setTimeout(600_000);
  await openFrames(mails, shielded, { cleaner: false, policy: true, sandbox: true }, frame.sandbox);
  // Chromium connects ahead to the host of a frame in a frame, before it asks the
  // policy, and says nothing there. Only the sanitiser keeps it from that.
  const framing = mails.filter((m) => /<i?frame /i.test(m.page?.toString("latin1") ?? ""));
  await nothingHappened(
    shielded,
    new Set(framing.flatMap((m) => [`evil-${m.n}.example`, `0.0.1:${ear.port}/${m.n}`])),
  );
});

test("no hostile mail acts with the sandbox off, many frames on a page of the dashboard", async ({
  mails,
  shielded,
}) => {
  test.setTimeout(600_000);
  await openFrames(mails, shielded, { cleaner: true, policy: true, sandbox: false }, null);
  await nothingHappened(shielded);
});

test("no hostile mail acts with the policy off, many frames on a page of the dashboard", async ({
  mails,
  shielded,
}) => {
  test.setTimeout(600_000);
  await openFrames(mails, shielded, { cleaner: true, policy: false, sandbox: true }, frame.sandbox);
  await nothingHappened(shielded);
});

test("with no wall at all the same mails act, so these tests can see it", async ({ mails, shielded }) => {
  test.setTimeout(600_000);
  // Only moving the page around them is forbidden, or one would take the others along.
  await openFrames(
    mails,
    shielded,
    { cleaner: false, policy: false, sandbox: false },
    "allow-scripts allow-same-origin allow-forms allow-popups allow-modals",
  );
  const { watch } = shielded;
  const { requests, hosts } = await shielded.asked();
  expect(requests.length).toBeGreaterThan(150);
  expect(hosts.length).toBeGreaterThan(150);
  expect(watch.scripts.size).toBeGreaterThan(125);
  const acted = new Set([...watch.scripts, ...hosts.map((h) => Number(/(\d+)(\.example)?$/.exec(h)?.[1]))]);
  const classes = new Set(mails.filter((m) => acted.has(m.n)).map((m) => m.class));
  for (const name of "script handler parser svg math style resource frame head form link target clobber cid charset syntax split".split(
    " ",
  ))
    expect(classes, `mails of the class ${name} that act`).toContain(name);
});
