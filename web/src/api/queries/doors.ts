import { queryOptions } from "@tanstack/react-query";
import { ApiError, call } from "../client";
import type { InvitationLink, Me, SignInWays, SignUp, SignUpConfirmation, SignUpLink } from "../types";

// What strangers ask: nobody is signed in, so a 401 is an answer and not the end of a
// session. Secrets of links go in bodies, never in addresses.

const ask = <T>(path: string, body: object) => call<T>("POST", path, body, { anonymous: true });

/** Which ways in there are here. */
export const waysQuery = queryOptions({
  queryKey: ["sign-in-ways"] as const,
  queryFn: ({ signal }) => call<SignInWays>("GET", "sign-in", undefined, { signal, anonymous: true }),
  staleTime: 5 * 60_000,
});

/** Who is signed in, or null; unlike meQuery it leads nobody to the sign-in page. */
export const whoQuery = queryOptions({
  queryKey: ["who"] as const,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await call<Me>("GET", "me", undefined, { signal, anonymous: true });
    } catch (e) {
      if (e instanceof ApiError && e.code === "unknown") return null;
      throw e;
    }
  },
  gcTime: 0,
});

/** Has a link mailed to set a new password. Says nothing of whether there is an account. */
export const askReset = (email: string) => ask<void>("password-reset", { email });

/** Sets a new password by the link. All sessions end, and nobody is signed in. */
export const resetPassword = (token: string, password: string) =>
  ask<void>("password-reset/confirm", { token, password });

/** Has a link mailed that signs in. Says nothing of whether there is an account. */
export const askSignInLink = (email: string) => ask<void>("session/mail", { email });

/** Signs in by the mailed link; "second_factor" asks for the code, and the link stays. */
export const signInByMail = (token: string, code?: string) =>
  ask<Me>("session/mail/confirm", { token, code });

/** Proves an address by the link that was mailed to it. */
export const verifyEmail = (token: string) => ask<void>("verify", { token });

/** Makes the address the link was mailed to the one to sign in with. */
export const confirmEmail = (token: string) => ask<void>("email/confirm", { token });

/** What an invitation is to. Looking does not use it up. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation-link", token] as const,
    queryFn: () => ask<InvitationLink>("invitations/look", { token }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/** Becomes a member: signed in already, or as somebody new with a name and a password. */
export const acceptInvitation = (token: string, given: { name?: string; password?: string } = {}) =>
  ask<Me>("invitations/accept", { token, ...given });

/** Has a link mailed that makes the organisation. */
export const signUp = (given: SignUp) => ask<void>("sign-up", given);

/** What a link of a sign-up leads to. Looking does not use it up. */
export const signUpQuery = (token: string) =>
  queryOptions({
    queryKey: ["sign-up-link", token] as const,
    queryFn: () => ask<SignUpLink>("sign-up/look", { token }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/** Makes the organisation, and signs its first admin in. */
export const confirmSignUp = (given: SignUpConfirmation) => ask<Me>("sign-up/confirm", given);
