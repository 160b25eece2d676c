import { createFileRoute } from "@tanstack/react-router";
import { ActionsPage } from "../../../features/actions/actions-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/actions")({
  component: Page,
});

function Page() {
  return <ActionsPage org={Route.useParams().org} />;
}
