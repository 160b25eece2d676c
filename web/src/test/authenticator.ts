import { vi } from "vitest";

type Answer = () => Promise<object>;

/** A browser with passkeys, which jsdom is not. `make` and `show` say what its device answers. */
export function authenticator({ make, show }: { make?: Answer; show?: Answer }) {
  const of = (answer?: Answer) =>
    vi.fn(async (asked: { publicKey: object }) => {
      const said = await answer?.();
      return said ? { toJSON: () => ({ ...said, asked: asked.publicKey }) } : null;
    });
  const credentials = { create: of(make), get: of(show) };
  vi.stubGlobal("PublicKeyCredential", {
    parseCreationOptionsFromJSON: (options: object) => options,
    parseRequestOptionsFromJSON: (options: object) => options,
  });
  vi.stubGlobal(
    "navigator",
    new Proxy(navigator, {
      get: (there, name) => (name === "credentials" ? credentials : Reflect.get(there, name)),
    }),
  );
  return credentials;
}
