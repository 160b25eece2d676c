import { useTitle } from "../../lib/hooks";

/** Sign in with a work email and a password. */
export function SignInPage(_: { returnTo: string }) {
  useTitle("Sign in");
  return <h1>Sign in</h1>;
}
