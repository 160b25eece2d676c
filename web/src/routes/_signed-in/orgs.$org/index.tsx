import { createFileRoute, redirect } from "@tanstack/react-router";

export const Route = createFileRoute("/_signed-in/orgs/$org/")({
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/orgs/$org/projects", params, replace: true });
  },
});
