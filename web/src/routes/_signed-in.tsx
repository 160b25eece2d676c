import { createFileRoute, Outlet } from "@tanstack/react-router";
import { meQuery } from "../api/queries/session";

export const Route = createFileRoute("/_signed-in")({
  // A 401 ends in client.ts, which leads to the sign-in page and back.
  loader: ({ context }) => context.client.ensureQueryData(meQuery),
  component: Outlet,
});
