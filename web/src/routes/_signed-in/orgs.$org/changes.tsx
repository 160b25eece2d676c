import { createFileRoute } from "@tanstack/react-router";
import { ChangesPage, parseSince } from "../../../features/projects/changes-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/changes")({
  validateSearch: parseSince,
  component: ChangesRoute,
});

function ChangesRoute() {
  return <ChangesPage org={Route.useParams().org} since={Route.useSearch().since} />;
}
