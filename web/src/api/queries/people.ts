import { mutationOptions, type QueryClient } from "@tanstack/react-query";
import { call, path } from "../client";
import type { Member, Role } from "../types";
import { orgKey } from "./orgs";
import { meQuery } from "./session";

/** Members, and what I may do myself. */
const changed = (org: string, client: QueryClient) => () =>
  Promise.all([
    client.invalidateQueries({ queryKey: orgKey(org) }),
    client.invalidateQueries({ queryKey: meQuery.queryKey }),
  ]);

/** Makes a member an admin or a viewer. */
export const changeRole = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ user, role }: { user: string; role: Role }) =>
      call<Member>("PATCH", path("orgs", org, "members", user), { role }),
    onSuccess: changed(org, client),
  });

/** Takes a member out of the organisation; their account stays. */
export const removeMember = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (user: string) => call<void>("DELETE", path("orgs", org, "members", user)),
    onSuccess: changed(org, client),
  });

/** Leaves the organisation. What is asked of it afterwards is answered with "not found". */
export const leaveOrganisation = (org: string) =>
  mutationOptions({
    mutationFn: () => call<void>("DELETE", path("orgs", org, "members", "me")),
  });
