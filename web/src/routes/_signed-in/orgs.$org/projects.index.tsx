import { createFileRoute } from "@tanstack/react-router";
import { projectQueries } from "../../../api/queries/projects";
import { parseFilter } from "../../../features/projects/filter";
import { ProjectsPage } from "../../../features/projects/projects-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/projects/")({
  validateSearch: parseFilter,
  loader: ({ context, params }) => {
    context.client.prefetchQuery(projectQueries.all(params.org));
  },
  component: ProjectsRoute,
});

function ProjectsRoute() {
  const { org } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <ProjectsPage
      org={org}
      filter={Route.useSearch()}
      onFilter={(filter) => navigate({ search: filter, replace: true, resetScroll: false })}
    />
  );
}
