import { createFileRoute } from "@tanstack/react-router";
import { factQueries } from "../../../api/queries/facts";
import { parseActionFilter } from "../../../domain/action-filter";
import { ActionsPage } from "../../../features/actions/actions-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/actions")({
  validateSearch: parseActionFilter,
  loader: ({ context, params }) => {
    context.client.prefetchQuery(factQueries.actions(params.org));
  },
  component: ActionsRoute,
});

function ActionsRoute() {
  const navigate = Route.useNavigate();
  return (
    <ActionsPage
      org={Route.useParams().org}
      filter={Route.useSearch()}
      onFilter={(filter) => navigate({ search: filter, replace: true, resetScroll: false })}
    />
  );
}
