import { queryOptions } from "@tanstack/react-query";
import { call } from "../client";
import type { Identity, List, Me, SignOnReturn, SignOnTrip } from "../types";
import { meQuery } from "./session";

// Signing on at the provider that the operator has set up. What the browser brings back
// goes in bodies; who began is known by a cookie.

/** Begins to sign on, and with it to accept an invitation where one is given. Gives where to go. */
export const startSignOn = async (invitation?: string): Promise<string> =>
  (await call<SignOnTrip>("POST", "session/oidc/start", { invitation }, { anonymous: true })).url;

/** Signs in with what the browser brought back. It counts once. */
export const finishSignOn = (brought: SignOnReturn): Promise<Me> =>
  call<Me>("POST", "session/oidc", brought, { anonymous: true });

/** Begins to connect one's account at the provider. Gives where to go. */
export const startConnect = async (): Promise<string> => (await call<SignOnTrip>("POST", "me/oidc")).url;

/** Connects the account that the browser brought back. It counts once. */
export const finishConnect = (brought: SignOnReturn): Promise<void> =>
  call<void>("PUT", "me/oidc", brought, { anonymous: true });

/** The accounts at providers that sign one in. */
export const identitiesQuery = queryOptions({
  queryKey: [...meQuery.queryKey, "identities"] as const,
  queryFn: ({ signal }) => call<List<Identity>>("GET", "me/oidc", undefined, { signal }),
});

/** Ends that a provider signs one in; all other sessions end. */
export const disconnect = (): Promise<void> => call<void>("DELETE", "me/oidc");
