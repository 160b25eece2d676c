import { createFileRoute } from "@tanstack/react-router";
import { UsagePage } from "../../../features/usage/usage-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/usage")({
  component: Page,
});

function Page() {
  return <UsagePage org={Route.useParams().org} />;
}
