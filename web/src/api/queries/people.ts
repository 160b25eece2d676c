import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { List, Member, MemberInvitation, Role } from "../types";
import { orgKey } from "./orgs";
import { meQuery } from "./session";

/** Who was asked to join and has not answered yet; newest first. */
export const invitationsQuery = (org: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "invitations"] as const,
    queryFn: ({ signal }) =>
      call<List<MemberInvitation>>(
        "GET",
        `${path("orgs", org, "invitations")}${query({ limit: 200 })}`,
        undefined,
        { signal },
      ),
  });

/** Members, invitations, and what I may do myself. */
const changed = (org: string, client: QueryClient) => () =>
  Promise.all([
    client.invalidateQueries({ queryKey: orgKey(org) }),
    client.invalidateQueries({ queryKey: meQuery.queryKey }),
  ]);

/** Asks somebody to join. */
export const invite = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (who: { email: string; role: Role }) =>
      call<MemberInvitation>("POST", path("orgs", org, "invitations"), who),
    onSuccess: changed(org, client),
  });

/** Sends an invitation again with a new link; the one before no longer opens. */
export const resendInvitation = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) =>
      call<MemberInvitation>("POST", path("orgs", org, "invitations", id, "resend")),
    onSuccess: changed(org, client),
  });

/** Takes an invitation back; its link no longer opens. */
export const withdrawInvitation = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => call<void>("DELETE", path("orgs", org, "invitations", id)),
    onSuccess: changed(org, client),
  });

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
