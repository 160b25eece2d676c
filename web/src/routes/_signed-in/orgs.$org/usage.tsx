import { createFileRoute } from "@tanstack/react-router";
import { parsePlace } from "../../../features/usage/place";
import { UsagePage } from "../../../features/usage/usage-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/usage")({
  validateSearch: parsePlace,
  component: UsageRoute,
});

function UsageRoute() {
  return <UsagePage org={Route.useParams().org} place={Route.useSearch()} />;
}
