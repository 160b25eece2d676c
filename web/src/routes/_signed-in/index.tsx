import { createFileRoute, redirect } from "@tanstack/react-router";
import { meQuery } from "../../api/queries/session";
import { NoOrganisationPage } from "../../features/account/no-organisation-page";
import { remembered } from "../../lib/storage";

export const Route = createFileRoute("/_signed-in/")({
  loader: async ({ context }) => {
    const { organisations, operator } = await context.client.ensureQueryData(meQuery);
    const last = remembered<string>("org");
    const org = organisations.find((o) => o.address === last) ?? organisations[0];
    if (org) throw redirect({ to: "/orgs/$org/projects", params: { org: org.address }, replace: true });
    if (operator) throw redirect({ to: "/operator", replace: true });
  },
  component: NoOrganisationPage,
});
