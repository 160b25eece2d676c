import { createFileRoute } from "@tanstack/react-router";
import { VerifyPage } from "../features/account/link-page";

export const Route = createFileRoute("/verify")({
  component: VerifyPage,
});
