import { createFileRoute } from "@tanstack/react-router";
import { ChangeEmailPage } from "../features/account/link-page";

export const Route = createFileRoute("/change-email")({
  component: ChangeEmailPage,
});
