import { createFileRoute } from "@tanstack/react-router";
import { SettingsPage } from "../../../features/settings/settings-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/settings")({
  component: Page,
});

function Page() {
  return <SettingsPage org={Route.useParams().org} />;
}
