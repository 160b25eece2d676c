import { createFileRoute } from "@tanstack/react-router";
import type { SignOnReturn } from "../api/types";
import { SignOnPage } from "../features/account/sign-on-page";

/** What a provider may write into the address (RFC 6749, 4.1.2; RFC 9207). Some write more. */
const names = ["code", "iss", "error"] as const;

export const Route = createFileRoute("/sign-in_/oidc")({
  component: SignOnRoute,
});

function SignOnRoute() {
  const search: Record<string, unknown> = Route.useSearch();
  const brought: SignOnReturn = { state: String(search.state ?? "") };
  for (const name of names) if (search[name] !== undefined) brought[name] = String(search[name]);
  return <SignOnPage brought={brought} />;
}
