import { createFileRoute } from "@tanstack/react-router";
import { OrganisationPage } from "../../features/operator/organisation-page";
import { useStepUp } from "../../features/settings/step-up";

export const Route = createFileRoute("/_signed-in/operator/organisations/$id")({
  component: Page,
});

function Page() {
  return <OrganisationPage id={Route.useParams().id} stepUp={useStepUp()} />;
}
