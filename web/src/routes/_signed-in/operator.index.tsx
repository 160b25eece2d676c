import { createFileRoute } from "@tanstack/react-router";
import { OrganisationsPage } from "../../features/operator/organisations-page";

export const Route = createFileRoute("/_signed-in/operator/")({
  component: OrganisationsPage,
});
