import { createFileRoute, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { BillingPage } from "../../../features/billing/billing-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/billing")({
  // The payment provider sends people back with this.
  validateSearch: (search: Record<string, unknown>): { paid?: "yes" } =>
    search.paid === "yes" ? { paid: "yes" } : {},
  component: Page,
});

function Page() {
  const { org } = Route.useParams();
  const navigate = useNavigate();
  const onPaid = useCallback(
    () => void navigate({ to: "/orgs/$org/billing", params: { org }, search: {}, replace: true }),
    [navigate, org],
  );
  return <BillingPage org={org} paid={Route.useSearch().paid === "yes"} onPaid={onPaid} />;
}
