import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronDown, Ellipsis, LogOut, UserMinus } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { membersQuery, orgKey, subscriptionQuery } from "../../api/queries/orgs";
import { changeRole, leaveOrganisation, removeMember } from "../../api/queries/people";
import { meQuery } from "../../api/queries/session";
import type { Member, Role } from "../../api/types";
import { roleLabels } from "../../domain/role";
import { SearchBox } from "../../domain/search-box";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { useDelayed, useNow } from "../../lib/hooks";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { buttonVariants } from "../../ui/button";
import { Card } from "../../ui/card";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { ErrorState } from "../../ui/error-state";
import { IconButton } from "../../ui/icon-button";
import { Menu, MenuContent, MenuItem, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "../../ui/menu";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";
import { found, lastSeen, nameOf, seats } from "./people";

/** What is asked before it is done. */
interface Asked {
  what: "remove" | "leave" | "demote";
  member: Member;
}

/** The organisation's people, and what an admin may do about them. */
export function Members({ org, admin }: { org: string; admin: boolean }) {
  const members = useQuery(membersQuery(org));
  const { data: subscription } = useQuery(subscriptionQuery(org));
  const slow = useDelayed(members.isPending);
  const [words, setWords] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  const people = found(members.data?.items ?? [], words);
  return (
    <Card className="overflow-hidden">
      <header className="flex flex-wrap items-center gap-x-2 gap-y-2 px-4 pt-3 pb-2">
        <h2 className="font-semibold text-base tracking-[-0.012em]">Members</h2>
        <p className="flex-1 whitespace-nowrap text-sm text-subtle-foreground">
          {members.data ? seats(members.data.items.length, subscription?.limits.users ?? 0) : null}
        </p>
        <SearchBox
          label="Find a person"
          value={words}
          onChange={setWords}
          className="w-[210px] max-md:order-last max-md:w-full"
        />
      </header>
      {admin ? null : <ViewerLine what="change who belongs here and what they may" className="px-4 pb-2" />}
      {members.isError ? (
        <ErrorState
          className="mx-4 mb-4"
          what="The members could not be read."
          message={messageOf(members.error)}
          retry={() => members.refetch()}
        />
      ) : null}
      {members.isPending && slow ? (
        <div role="status" className="flex flex-col gap-4 px-4 pt-2 pb-5">
          <span className="sr-only">Loading members</span>
          <Skeleton className="h-4 w-2/3" />
          <Skeleton className="h-4 w-1/2" />
        </div>
      ) : null}
      {members.data ? (
        <table className="w-full table-fixed text-sm">
          <caption className="sr-only">Members</caption>
          <thead>
            <tr className="h-[29px] border-b text-left text-subtle-foreground text-xs">
              <th scope="col" className="pl-4 font-medium">
                Name
              </th>
              <th scope="col" className="font-medium max-md:hidden">
                Email
              </th>
              <th scope="col" className="w-28 font-medium max-md:w-24">
                Role
              </th>
              {admin ? (
                <th scope="col" className="w-28 font-medium max-md:hidden">
                  Last seen
                </th>
              ) : null}
              <th scope="col" className="w-12">
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {people.map((member) => (
              <MemberRow key={member.user.id} org={org} member={member} admin={admin} onAsk={setAsked} />
            ))}
          </tbody>
        </table>
      ) : null}
      {members.data && words && people.length === 0 ? (
        <p className="px-4 py-3 text-muted-foreground text-sm">Nobody here is called so.</p>
      ) : null}
      {members.data?.next ? (
        <p className="px-4 py-2 text-muted-foreground text-xs">The first 200 people are shown.</p>
      ) : null}
      {asked ? <Ask org={org} asked={asked} onClose={() => setAsked(null)} /> : null}
    </Card>
  );
}

const row = "h-[37px] border-b last:border-0 max-md:h-14";

function MemberRow({
  org,
  member,
  admin,
  onAsk,
}: {
  org: string;
  member: Member;
  admin: boolean;
  onAsk(asked: Asked): void;
}) {
  const client = useQueryClient();
  const { data: me } = useSuspenseQuery(meQuery);
  const now = useNow();
  const { user, role } = member;
  const self = user.id === me.user.id;
  const name = nameOf(user);
  const change = useMutation({
    ...changeRole(org, client),
    onError: (error) => toast(messageOf(error)),
  });
  const choose = (to: Role) => {
    if (to === role) return;
    if (self) onAsk({ what: "demote", member });
    else
      change.mutate(
        { user: user.id, role: to },
        {
          onSuccess: () =>
            toast(`${name} is ${to === "admin" ? "an admin" : "a viewer"} now.`, {
              undo: () => change.mutate({ user: user.id, role }),
            }),
        },
      );
  };
  return (
    <tr className={row}>
      <td className="pr-2 pl-4">
        <span className="flex min-w-0 items-center gap-2">
          <Avatar name={name} size="small" tone={self ? "primary" : "neutral"} />
          <span className="min-w-0">
            <span className="block truncate font-medium">{name}</span>
            <span className="block truncate text-muted-foreground text-xs md:hidden">{user.email}</span>
          </span>
          {self ? <Badge>You</Badge> : null}
          {user.disabled ? <Badge tone="warning">Disabled</Badge> : null}
        </span>
      </td>
      <td className="truncate pr-3 text-muted-foreground max-md:hidden">{user.email}</td>
      <td>
        {admin ? (
          <Menu>
            <MenuTrigger
              aria-label={`Role of ${name}: ${roleLabels[role]}`}
              className={cn(
                buttonVariants({ look: "ghost", size: "small" }),
                "-ml-[9px] gap-1 font-normal max-md:h-11 [&_svg]:text-muted-foreground",
              )}
            >
              {roleLabels[role]}
              <ChevronDown aria-hidden />
            </MenuTrigger>
            <MenuContent>
              <MenuRadioGroup value={role} onValueChange={(to) => choose(to as Role)}>
                <MenuRadioItem value="admin">{roleLabels.admin}</MenuRadioItem>
                <MenuRadioItem value="viewer">{roleLabels.viewer}</MenuRadioItem>
              </MenuRadioGroup>
            </MenuContent>
          </Menu>
        ) : (
          roleLabels[role]
        )}
      </td>
      {admin ? (
        <td className="truncate text-muted-foreground tabular-nums max-md:hidden">
          {self ? "Now" : lastSeen(member.last_seen_at, now)}
        </td>
      ) : null}
      <td className="pr-2 text-right">
        {admin || self ? (
          <Menu>
            <MenuTrigger asChild>
              <IconButton
                size="small"
                look="ghost"
                label={`More about ${name}`}
                hint="More"
                icon={<Ellipsis aria-hidden />}
              />
            </MenuTrigger>
            <MenuContent align="end">
              {self ? (
                <MenuItem onSelect={() => onAsk({ what: "leave", member })}>
                  <LogOut aria-hidden />
                  Leave organisation
                </MenuItem>
              ) : (
                <MenuItem onSelect={() => onAsk({ what: "remove", member })}>
                  <UserMinus aria-hidden />
                  Remove from organisation
                </MenuItem>
              )}
            </MenuContent>
          </Menu>
        ) : null}
      </td>
    </tr>
  );
}

function Ask({ org, asked, onClose }: { org: string; asked: Asked; onClose(): void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation(removeMember(org, client));
  const demote = useMutation(changeRole(org, client));
  const leave = useMutation({
    ...leaveOrganisation(org),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
      await navigate({ to: "/" });
      client.removeQueries({ queryKey: orgKey(org) });
    },
  });
  const told = (text: string) => ({
    onSuccess: () => {
      toast(text);
      onClose();
    },
  });
  const { user } = asked.member;
  const name = nameOf(user);
  switch (asked.what) {
    case "remove":
      return (
        <ConfirmDialog
          title={`Remove ${name}?`}
          description="They see nothing of this organisation from now on. What they filed and corrected stays, with their name."
          keep="Keep member"
          action="Remove member"
          working={remove.isPending}
          error={remove.error ? messageOf(remove.error) : undefined}
          onConfirm={() => remove.mutate(user.id, told(`${name} is removed.`))}
          onClose={onClose}
        />
      );
    case "leave":
      return (
        <ConfirmDialog
          title="Leave this organisation?"
          description="You see nothing of it from now on. An admin has to invite you to let you in again."
          keep="Stay"
          action="Leave organisation"
          working={leave.isPending}
          error={leave.error ? messageOf(leave.error) : undefined}
          onConfirm={() => leave.mutate(undefined, told("You left the organisation."))}
          onClose={onClose}
        />
      );
    case "demote":
      return (
        <ConfirmDialog
          title="Become a viewer?"
          description="You can then read everything and change nothing, and only another admin can make you an admin again."
          keep="Stay an admin"
          action="Become a viewer"
          working={demote.isPending}
          error={demote.error ? messageOf(demote.error) : undefined}
          onConfirm={() => demote.mutate({ user: user.id, role: "viewer" }, told("You are a viewer now."))}
          onClose={onClose}
        />
      );
  }
}
