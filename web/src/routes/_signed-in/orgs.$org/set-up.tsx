import { createFileRoute } from "@tanstack/react-router";
import { emailQueries } from "../../../api/queries/emails";
import { SetUpPage } from "../../../features/onboarding/set-up-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/set-up")({
  loader: async ({ context, params }) => {
    await context.client.prefetchQuery(emailQueries.newest(params.org));
  },
  component: SetUpRoute,
});

function SetUpRoute() {
  return <SetUpPage org={Route.useParams().org} />;
}
