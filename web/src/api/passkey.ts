import { ApiError } from "./client";

// The browser's side of passkeys (Web Authentication, W3C, level 3): it takes and gives
// what the API gives and takes.

/** What the browser is asked, and what it answers. */
export type Credential = Record<string, unknown>;

/** Whether this browser can make passkeys and show them. */
export function canUsePasskeys(): boolean {
  const there: Partial<typeof PublicKeyCredential> | undefined = globalThis.PublicKeyCredential;
  return Boolean(there?.parseCreationOptionsFromJSON && there.parseRequestOptionsFromJSON);
}

/** Has the device make a passkey. What keeps it from that is an ApiError in words for people. */
export function makePasskey(options: Credential): Promise<Credential> {
  return asked(
    () =>
      navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
          options as unknown as PublicKeyCredentialCreationOptionsJSON,
        ),
      }),
    "No passkey was made. Try again when you are ready.",
  );
}

/** Has the person choose a passkey and show it; else as makePasskey. */
export function showPasskey(options: Credential): Promise<Credential> {
  return asked(
    () =>
      navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
          options as unknown as PublicKeyCredentialRequestOptionsJSON,
        ),
      }),
    "No passkey was shown. Try again, or take another way.",
  );
}

async function asked(ask: () => Promise<globalThis.Credential | null>, none: string): Promise<Credential> {
  let got: globalThis.Credential | null;
  try {
    got = await ask();
  } catch (cause) {
    const { name } = cause as DOMException;
    if (name === "NotAllowedError" || name === "AbortError") throw new ApiError("invalid", 0, none);
    if (name === "InvalidStateError") {
      throw new ApiError("conflict", 0, "This device has a passkey for your account already.");
    }
    throw new ApiError("unavailable", 0, "This browser cannot do it here. Try another browser or device.");
  }
  if (!got) throw new ApiError("invalid", 0, none);
  return (got as PublicKeyCredential).toJSON() as unknown as Credential;
}
