import { useTitle } from "../../lib/hooks";

/** The first visit, by a one-time link. */
export function WelcomePage(_: { token: string }) {
  useTitle("Welcome");
  return <h1>Welcome</h1>;
}
