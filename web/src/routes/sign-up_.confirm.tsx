import { createFileRoute } from "@tanstack/react-router";
import { ConfirmSignUpPage } from "../features/account/sign-up-page";

export const Route = createFileRoute("/sign-up_/confirm")({
  component: ConfirmSignUpPage,
});
