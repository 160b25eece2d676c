import { join } from "node:path";
import { createInterface } from "node:readline";
import { own } from "./own";

/** An installation of its own at which people sign on at a provider. */
export interface SignOn {
  url: string;
  /** Where the provider is, with its port. */
  provider: string;
  stop(): void;
}

/** Starts a sign-in provider, and an installation with the organisation acme that addresses of acme.example join. */
export async function signOn(name: string): Promise<SignOn> {
  const secret = "a secret of the tests";
  const { url, there, stop } = await own(
    "sign-on",
    (there) => ({
      PROJECTR_OIDC_ISSUER: `http://${there}`,
      PROJECTR_OIDC_CLIENT_ID: "projectr",
      PROJECTR_OIDC_CLIENT_SECRET: secret,
      PROJECTR_OIDC_NAME: name,
      PROJECTR_OIDC_JOINS: "acme.example=acme",
    }),
    async (is) => {
      const script = join(import.meta.dirname, "provider.mjs");
      const port = is.there.slice(is.there.lastIndexOf(":") + 1);
      const provider = is.begin(process.execPath, [script, port, secret, `${is.url}/sign-in/oidc`], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      if (!provider.stdout) throw new Error("The provider cannot be heard.");
      const said = createInterface({ input: provider.stdout })[Symbol.asyncIterator]();
      if ((await said.next()).value !== "ready") throw new Error("The provider did not start.");
      const admin = ["--admin-email", "first@acme.example", "--admin-name", "First"];
      is.run("onboard", "--name", "Acme", "--address", "acme", ...admin);
      await is.serve();
    },
  );
  return { url, provider: there, stop };
}
