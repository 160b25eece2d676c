import { createFileRoute, redirect } from "@tanstack/react-router";
import { orgQuery } from "../../api/queries/orgs";
import { meQuery } from "../../api/queries/session";
import { isNew } from "../../domain/set-up";
import { NoOrganisationPage } from "../../features/account/no-organisation-page";
import { remembered } from "../../lib/storage";

export const Route = createFileRoute("/_signed-in/")({
  loader: async ({ context }) => {
    const { organisations, operator } = await context.client.ensureQueryData(meQuery);
    const last = remembered<string>("org");
    const org = organisations.find((o) => o.address === last) ?? organisations[0];
    if (org) {
      const begins = isNew(await context.client.ensureQueryData(orgQuery(org.address)));
      throw redirect({
        to: begins ? "/orgs/$org/set-up" : "/orgs/$org/projects",
        params: { org: org.address },
        replace: true,
      });
    }
    if (operator) throw redirect({ to: "/operator", replace: true });
  },
  component: NoOrganisationPage,
});
