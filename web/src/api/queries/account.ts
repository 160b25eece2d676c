import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { ApiError, call, path } from "../client";
import { makePasskey } from "../passkey";
import type {
  FactorsOf,
  List,
  Me,
  Passkey,
  PasskeyQuestion,
  RecoveryCodes,
  Session,
  TotpOffer,
} from "../types";
import { meQuery, shownPasskey } from "./session";

/** Everything about one's own account begins with this key. */
const own = meQuery.queryKey;

const changed = (client: QueryClient) => () => client.invalidateQueries({ queryKey: own });

/** Where one is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: [...own, "sessions"] as const,
  queryFn: ({ signal }) => call<List<Session>>("GET", "me/sessions", undefined, { signal }),
});

/** Ends one session; its browser is signed out at its next step. */
export const endSession = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => call<void>("DELETE", path("me", "sessions", id)),
    onSuccess: changed(client),
  });

/** Ends all sessions but this one. */
export const endOtherSessions = (client: QueryClient) =>
  mutationOptions({
    mutationFn: () => call<void>("DELETE", "me/sessions"),
    onSuccess: changed(client),
  });

/** Shows once more who one is; what asked for it can be tried again afterwards. */
export function confirmSelf(proof: { password: string; code?: string }): Promise<void> {
  return call<void>("POST", "session/confirm", proof, { anonymous: true });
}

/** The same by a passkey of one's own. */
export async function confirmByPasskey(): Promise<void> {
  return call<void>("POST", "session/confirm", { passkey: await shownPasskey() }, { anonymous: true });
}

/** Throws as what asks for a recent proof of who one is would be answered, where there is none. */
export async function proved(): Promise<void> {
  const me = await call<Me>("GET", "me");
  if (!me.proved) throw new ApiError("reauthenticate", 403, "Show once more that it is you, then go on.");
}

/** Changes the password; all other sessions end. */
export function changePassword(given: { old: string; password: string }): Promise<void> {
  return call<void>("POST", "me/password", given);
}

/** What one has beside a password. */
export const factorsQuery = queryOptions({
  queryKey: [...own, "factors"] as const,
  queryFn: ({ signal }) => call<FactorsOf>("GET", "me/factors", undefined, { signal }),
});

/** A secret for an authenticator app; it counts once its first code is sent back. */
export function offerTotp(): Promise<TotpOffer> {
  return call<TotpOffer>("POST", "me/totp");
}

/** Turns one-time codes on and gives the recovery codes, this once. */
export function turnOnTotp(given: { token: string; code: string }): Promise<RecoveryCodes> {
  return call("PUT", "me/totp", given);
}

/** Turns one-time codes off; the recovery codes go with them. */
export function turnOffTotp(): Promise<void> {
  return call<void>("DELETE", "me/totp");
}

/** New recovery codes, told this once; those before open nothing any more. */
export function newRecoveryCodes(): Promise<RecoveryCodes> {
  return call("POST", "me/recovery-codes");
}

/** One's passkeys, the oldest first. */
export const passkeysQuery = queryOptions({
  queryKey: [...own, "passkeys"] as const,
  queryFn: ({ signal }) => call<List<Passkey>>("GET", "me/passkeys", undefined, { signal }),
});

/** Has the device make a passkey and keeps it under this name; all other sessions end. */
export async function addPasskey(name: string): Promise<Passkey> {
  const start = await call<PasskeyQuestion>("POST", "me/passkeys/start");
  return call<Passkey>("POST", "me/passkeys", { name, credential: await makePasskey(start.options) });
}

/** Changes what one calls a passkey. */
export function renamePasskey(id: string, name: string): Promise<void> {
  return call<void>("PATCH", path("me", "passkeys", id), { name });
}

/** Removes a passkey: it signs nobody in any more, and all other sessions end. */
export function removePasskey(id: string): Promise<void> {
  return call<void>("DELETE", path("me", "passkeys", id));
}

/** Has a link mailed to a new address, which one signs in with once it is opened. */
export function askEmail(email: string): Promise<void> {
  return call<void>("POST", "me/email", { email });
}

/** Has a link mailed that proves one's address. */
export function askVerification(): Promise<void> {
  return call<void>("POST", "me/verification");
}
