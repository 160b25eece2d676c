import { createFileRoute } from "@tanstack/react-router";
import { parseMonth } from "../../../features/usage/months";
import { UsagePage } from "../../../features/usage/usage-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/usage")({
  validateSearch: parseMonth,
  component: UsageRoute,
});

function UsageRoute() {
  return <UsagePage org={Route.useParams().org} month={Route.useSearch().month} />;
}
