import { createFileRoute } from "@tanstack/react-router";
import { SecondFactorPage } from "../../features/settings/second-factor-page";

export const Route = createFileRoute("/_signed-in/second-factor")({
  validateSearch: (search: Record<string, unknown>) => ({
    org: typeof search.org === "string" ? search.org : undefined,
  }),
  component: Page,
});

function Page() {
  return <SecondFactorPage org={Route.useSearch().org} />;
}
