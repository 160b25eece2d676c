import { createFileRoute } from "@tanstack/react-router";
import { PaymentsPage } from "../../features/operator/payments-page";
import { useStepUp } from "../../features/settings/step-up";

export const Route = createFileRoute("/_signed-in/operator/payments")({
  component: Page,
});

function Page() {
  return <PaymentsPage stepUp={useStepUp()} />;
}
