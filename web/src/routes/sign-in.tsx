import { createFileRoute } from "@tanstack/react-router";
import { localPath } from "../features/account/return-path";
import { SignInPage } from "../features/account/sign-in-page";

export const Route = createFileRoute("/sign-in")({
  validateSearch: (search: Record<string, unknown>): { return?: string } => ({
    return: localPath(search.return),
  }),
  component: SignInRoute,
});

function SignInRoute() {
  return <SignInPage returnTo={Route.useSearch().return ?? "/"} />;
}
