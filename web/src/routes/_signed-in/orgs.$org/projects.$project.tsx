import { createFileRoute } from "@tanstack/react-router";
import { projectQueries } from "../../../api/queries/projects";
import { parsePlace } from "../../../features/timeline/place";
import { ProjectPage } from "../../../features/timeline/project-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/projects/$project")({
  validateSearch: parsePlace,
  loader: ({ context, params }) =>
    context.client.ensureQueryData(projectQueries.one(params.org, params.project)),
  component: ProjectRoute,
});

function ProjectRoute() {
  const { org, project } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <ProjectPage
      key={project}
      org={org}
      project={project}
      place={Route.useSearch()}
      onPlace={(place) => navigate({ search: place, replace: true, resetScroll: false })}
    />
  );
}
