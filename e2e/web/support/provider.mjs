// A sign-in provider for the tests: `node provider.mjs PORT SECRET REDIRECT`. Whoever types
// a name there is that person, with a proved address of acme.example. Prints a line when
// it is there.
import Provider from "oidc-provider";

const [port, secret, redirect] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "projectr", client_secret: secret, redirect_uris: [redirect] }],
  claims: { email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: [secret] },
  pkce: { required: () => true },
  findAccount: (_, name) => ({
    accountId: name,
    claims: () => ({ sub: name, email: `${name}@acme.example`, email_verified: true, name: `${name} Doe` }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
