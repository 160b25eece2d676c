import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { call } from "../client";
import { type Credential, showPasskey } from "../passkey";
import type { LinkAnswer, Me, PasskeyQuestion } from "../types";

/** Who is signed in, with their organisations. */
export const meQuery = queryOptions({
  queryKey: ["me"] as const,
  queryFn: ({ signal }) => call<Me>("GET", "me", undefined, { signal }),
  staleTime: 5 * 60_000,
});

/**
 * Signs in; a wrong address or password is an ApiError with code "unknown", and an
 * account that asks for a one-time code as well answers "second_factor" until it comes.
 */
export function signIn(email: string, password: string, code?: string): Promise<Me> {
  return call<Me>("POST", "session", { email, password, code }, { anonymous: true });
}

/** Has a passkey of this installation shown, and gives what the browser answered. */
export async function shownPasskey(): Promise<Credential> {
  const start = await call<PasskeyQuestion>("POST", "session/passkey/start", undefined, { anonymous: true });
  return showPasskey(start.options);
}

/** Signs in with a passkey; one that opens nothing here is an ApiError with code "unknown". */
export async function signInByPasskey(): Promise<Me> {
  const credential = await shownPasskey();
  return call<Me>("POST", "session/passkey", { credential }, { anonymous: true });
}

/** Forgets what was read as whoever was signed in. What the page itself shows stays. */
export function forgetPerson(client: QueryClient): void {
  client.removeQueries({ type: "inactive" });
}

/** Goes on as whoever has just signed in. */
export function beginAs(client: QueryClient, me: Me): void {
  forgetPerson(client);
  client.setQueryData(meQuery.queryKey, me);
}

/** Ends the session on the server. */
export function signOut(): Promise<void> {
  return call<void>("DELETE", "session", undefined, { anonymous: true });
}

/** Looks at a one-time link, or uses it up and signs in when a password is given. */
export function openLink(
  token: string,
  given: { password?: string; name?: string; code?: string } = {},
): Promise<LinkAnswer> {
  return call<LinkAnswer>("POST", "session/link", { token, ...given }, { anonymous: true });
}

/** Whom a one-time link is for. Looking does not use it up. */
export const linkQuery = (token: string) =>
  queryOptions({
    queryKey: ["link", token] as const,
    queryFn: () => openLink(token),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
