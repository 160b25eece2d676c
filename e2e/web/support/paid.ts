import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { answers, own } from "./own";

/** An installation of its own whose organisations pay at a Stripe with a clock. */
export interface Paid {
  url: string;
  /** Where the payment provider's pages are. */
  provider: string;
  /** Moves the provider's clock, and gives what time it is there when all is told. */
  pass(days: number): Promise<Date>;
  stop(): void;
}

const root = resolve(import.meta.dirname, "../../..");

/** Starts the payment provider, has the installation set it up, and serves, open to sign up. */
export async function paid(): Promise<Paid> {
  const { url, there, stop } = await own(
    "paid",
    (there) => ({
      PROJECTR_SMTP_RELAY_URL: process.env.PROJECTR_E2E_RELAY,
      PROJECTR_SIGN_UP: "open",
      PROJECTR_STRIPE_API_BASE: `http://${there}`,
      PROJECTR_STRIPE_SECRET_KEY: "sk_test_fake",
      PROJECTR_STRIPE_WEBHOOK_SECRET: "whsec_of_the_fake",
    }),
    async (is) => {
      const stripe = join(is.dir, "stripe");
      execFileSync("go", ["build", "-o", stripe, "./e2e/stripe"], { cwd: root, stdio: "inherit" });
      is.begin(stripe, [is.there, `${is.url}/hooks/stripe`], { stdio: ["ignore", "ignore", "inherit"] });
      await answers(`http://${is.there}`);
      is.run("stripe", "setup");
      await is.serve();
    },
  );
  const provider = `http://${there}`;
  return {
    url,
    provider,
    stop,
    pass: async (days) => {
      const answer = await fetch(`${provider}/clock?days=${days}`, { method: "POST" });
      if (!answer.ok) throw new Error(await answer.text());
      return new Date(await answer.text());
    },
  };
}
