import { createFileRoute, redirect } from "@tanstack/react-router";
import { ApiError } from "../../../api/client";
import { orgQuery } from "../../../api/queries/orgs";
import { projectQueries } from "../../../api/queries/projects";
import { Shell } from "../../../features/shell/shell";

export const Route = createFileRoute("/_signed-in/orgs/$org")({
  loader: async ({ context, params }) => {
    context.client.prefetchQuery(projectQueries.all(params.org));
    try {
      await context.client.ensureQueryData(orgQuery(params.org));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "second_factor_required") throw error;
      throw redirect({ to: "/second-factor", search: { org: params.org }, replace: true });
    }
  },
  component: OrgRoute,
});

function OrgRoute() {
  const { org } = Route.useParams();
  return <Shell key={org} org={org} />;
}
