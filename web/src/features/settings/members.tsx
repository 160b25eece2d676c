import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronDown, Ellipsis, LogOut, Mail, Send, UserMinus, UserPlus, X } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { membersQuery, orgKey, subscriptionQuery } from "../../api/queries/orgs";
import {
  changeRole,
  invitationsQuery,
  leaveOrganisation,
  removeMember,
  resendInvitation,
  withdrawInvitation,
} from "../../api/queries/people";
import { meQuery } from "../../api/queries/session";
import type { Member, MemberInvitation, Role } from "../../api/types";
import { InvitationLinkDialog } from "../../domain/invitation-link-dialog";
import { roleLabels } from "../../domain/role";
import { SearchBox } from "../../domain/search-box";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { dayOf, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { Button, buttonVariants } from "../../ui/button";
import { Card } from "../../ui/card";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { ErrorState } from "../../ui/error-state";
import { IconButton } from "../../ui/icon-button";
import { Menu, MenuContent, MenuItem, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "../../ui/menu";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";
import { InviteDialog, invited } from "./invite-dialog";
import { found, lapsed, lastSeen, nameOf, seats } from "./people";

/** What is asked before it is done. */
type Asked =
  | { what: "remove" | "leave" | "demote"; member: Member }
  | { what: "withdraw"; invitation: MemberInvitation };

/** The organisation's people, who was asked to join, and what an admin may do about them. */
export function Members({ org, admin }: { org: string; admin: boolean }) {
  const members = useQuery(membersQuery(org));
  const invitations = useQuery({ ...invitationsQuery(org), enabled: admin });
  const { data: subscription } = useQuery(subscriptionQuery(org));
  const slow = useDelayed(members.isPending);
  const [words, setWords] = useState("");
  const [inviting, setInviting] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [shown, setShown] = useState<MemberInvitation | null>(null);
  const people = found(members.data?.items ?? [], words);
  const waiting = found(invitations.data?.items ?? [], words);
  const failed = members.error ?? invitations.error;
  return (
    <Card className="overflow-hidden">
      <header className="flex flex-wrap items-center gap-x-2 gap-y-2 px-4 pt-3 pb-2">
        <h2 className="font-semibold text-base tracking-[-0.012em]">Members</h2>
        <p className="flex-1 whitespace-nowrap text-sm text-subtle-foreground">
          {members.data
            ? seats(
                members.data.items.length,
                invitations.data?.items.length ?? 0,
                subscription?.limits.users ?? 0,
              )
            : null}
        </p>
        <SearchBox
          label="Find a person"
          value={words}
          onChange={setWords}
          className="w-[210px] max-md:order-last max-md:w-full"
        />
        {admin ? (
          <Button look="primary" className="max-md:h-11" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden />
            Invite
          </Button>
        ) : null}
      </header>
      {admin ? null : <ViewerLine what="invite people or to change what they may" className="px-4 pb-2" />}
      {failed ? (
        <ErrorState
          className="mx-4 mb-4"
          what={members.error ? "The members could not be read." : "The invitations could not be read."}
          message={messageOf(failed)}
          retry={() => (members.error ? members.refetch() : invitations.refetch())}
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
          <caption className="sr-only">Members and open invitations</caption>
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
            {waiting.map((invitation) => (
              <InvitationRow
                key={invitation.id}
                org={org}
                invitation={invitation}
                onAsk={setAsked}
                onShow={setShown}
              />
            ))}
          </tbody>
        </table>
      ) : null}
      {members.data && words && people.length + waiting.length === 0 ? (
        <p className="px-4 py-3 text-muted-foreground text-sm">Nobody here is called so.</p>
      ) : null}
      {members.data?.next ? (
        <p className="px-4 py-2 text-muted-foreground text-xs">The first 200 people are shown.</p>
      ) : null}
      {inviting ? (
        <InviteDialog
          org={org}
          onClose={() => setInviting(false)}
          onInvited={(made) => {
            setInviting(false);
            invited(made, setShown);
          }}
        />
      ) : null}
      {shown ? <InvitationLinkDialog invitation={shown} onClose={() => setShown(null)} /> : null}
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

function InvitationRow({
  org,
  invitation,
  onAsk,
  onShow,
}: {
  org: string;
  invitation: MemberInvitation;
  onAsk(asked: Asked): void;
  onShow(invitation: MemberInvitation): void;
}) {
  const client = useQueryClient();
  const now = useNow();
  const again = useMutation({
    ...resendInvitation(org, client),
    onError: (error) => toast(messageOf(error)),
  });
  const resend = () => again.mutate(invitation.id, { onSuccess: (sent) => invited(sent, onShow) });
  const { email } = invitation;
  const when = lapsed(invitation, now)
    ? "Invitation expired"
    : `Invited ${formatDate(dayOf(invitation.created_at), dayOf(now))}`;
  return (
    <tr className={row}>
      <td className="pr-2 pl-4">
        <span className="flex min-w-0 items-center gap-2 text-muted-foreground">
          <span className="inline-flex size-6 shrink-0 items-center justify-center rounded-full border border-border-strong/60 bg-secondary">
            <Mail className="size-3.5" aria-hidden />
          </span>
          <span className="min-w-0">
            <span className="block truncate">{when}</span>
            <span className="block truncate text-xs md:hidden">{email}</span>
          </span>
        </span>
      </td>
      <td className="truncate pr-3 text-muted-foreground max-md:hidden">{email}</td>
      <td>{roleLabels[invitation.role]}</td>
      <td className="max-md:hidden">
        <Button
          look="link"
          className="font-medium"
          aria-label={`Resend the invitation to ${email}`}
          working={again.isPending}
          onClick={resend}
        >
          Resend
        </Button>
      </td>
      <td className="pr-2 text-right">
        <Menu>
          <MenuTrigger asChild>
            <IconButton
              size="small"
              look="ghost"
              label={`More about the invitation to ${email}`}
              hint="More"
              icon={<Ellipsis aria-hidden />}
            />
          </MenuTrigger>
          <MenuContent align="end">
            <MenuItem onSelect={resend}>
              <Send aria-hidden />
              Resend
            </MenuItem>
            <MenuItem onSelect={() => onAsk({ what: "withdraw", invitation })}>
              <X aria-hidden />
              Withdraw invitation
            </MenuItem>
          </MenuContent>
        </Menu>
      </td>
    </tr>
  );
}

function Ask({ org, asked, onClose }: { org: string; asked: Asked; onClose(): void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation(removeMember(org, client));
  const withdraw = useMutation(withdrawInvitation(org, client));
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
  if (asked.what === "withdraw") {
    const { id, email } = asked.invitation;
    return (
      <ConfirmDialog
        title={`Withdraw the invitation to ${email}?`}
        description="The link in the mail stops working at once. You can invite them again later."
        keep="Keep invitation"
        action="Withdraw invitation"
        working={withdraw.isPending}
        error={withdraw.error ? messageOf(withdraw.error) : undefined}
        onConfirm={() => withdraw.mutate(id, told("The invitation is withdrawn."))}
        onClose={onClose}
      />
    );
  }
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
