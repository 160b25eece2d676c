import { createFileRoute } from "@tanstack/react-router";
import { UnroutedPage } from "../../features/operator/unrouted-page";
import { useStepUp } from "../../features/settings/step-up";

export const Route = createFileRoute("/_signed-in/operator/unrouted")({
  component: Page,
});

function Page() {
  return <UnroutedPage stepUp={useStepUp()} />;
}
