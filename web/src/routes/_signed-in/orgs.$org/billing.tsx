import { createFileRoute } from "@tanstack/react-router";
import { BillingPage } from "../../../features/billing/billing-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/billing")({
  component: Page,
});

function Page() {
  return <BillingPage org={Route.useParams().org} />;
}
