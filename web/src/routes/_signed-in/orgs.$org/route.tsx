import { createFileRoute } from "@tanstack/react-router";
import { orgQuery } from "../../../api/queries/orgs";
import { projectQueries } from "../../../api/queries/projects";
import { Shell } from "../../../features/shell/shell";

export const Route = createFileRoute("/_signed-in/orgs/$org")({
  loader: async ({ context, params }) => {
    context.client.prefetchQuery(projectQueries.all(params.org));
    await context.client.ensureQueryData(orgQuery(params.org));
  },
  component: OrgRoute,
});

function OrgRoute() {
  const { org } = Route.useParams();
  return <Shell key={org} org={org} />;
}
