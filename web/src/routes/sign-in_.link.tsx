import { createFileRoute } from "@tanstack/react-router";
import { SignInLinkPage } from "../features/account/link-page";

export const Route = createFileRoute("/sign-in_/link")({
  component: SignInLinkPage,
});
