import { createFileRoute } from "@tanstack/react-router";
import { SettingsPage } from "../../../features/settings/settings-page";
import { parsePlace } from "../../../features/settings/tabs";

export const Route = createFileRoute("/_signed-in/orgs/$org/settings")({
  validateSearch: parsePlace,
  component: Page,
});

function Page() {
  const navigate = Route.useNavigate();
  return (
    <SettingsPage
      org={Route.useParams().org}
      place={Route.useSearch()}
      onPlace={(place) => navigate({ search: place, replace: true, resetScroll: false })}
    />
  );
}
