import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { membersQuery } from "../../api/queries/orgs";
import { invitationsQuery, invite } from "../../api/queries/people";
import type { MemberInvitation, Role } from "../../api/types";
import { InvitationLinkDialog } from "../../domain/invitation-link-dialog";
import { roleLabels } from "../../domain/role";
import { domainOf, isPublicProvider } from "../../domain/senders";
import { plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";
import { Step } from "./step";

/** Asks colleagues to join, one after the other. */
export function InviteStep({ org, n, email: own }: { org: string; n: number; email: string }) {
  const client = useQueryClient();
  const send = useMutation(invite(org, client));
  const members = useQuery(membersQuery(org)).data?.items.length ?? 1;
  const open = useQuery(invitationsQuery(org)).data?.items.length ?? 0;
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [link, setLink] = useState<MemberInvitation | null>(null);
  const fields = send.error instanceof ApiError ? send.error.fields : {};
  const domain = domainOf(own);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate(
      { email: email.trim(), role },
      {
        onSuccess: (made) => {
          setEmail("");
          if (made.accept_url) setLink(made);
          else toast(`The invitation to ${made.email} is on its way.`);
        },
      },
    );
  };
  return (
    <Step
      n={n}
      title="Invite your team"
      note="Admins decide who comes in and correct facts. Viewers read everything and change nothing."
      state={members > 1 || open > 0 ? "done" : "later"}
      aside={
        members > 1 || open > 0 ? (
          <span className="shrink-0 text-muted-foreground text-sm">
            {[members > 1 && plural(members, "member"), open > 0 && `${open} invited`]
              .filter(Boolean)
              .join(", ")}
          </span>
        ) : undefined
      }
    >
      <form
        noValidate
        onSubmit={submit}
        aria-label="Invite somebody"
        className="mt-2 grid grid-cols-[1fr_7.25rem_auto] items-start gap-2 max-md:grid-cols-[1fr_auto]"
      >
        <div className="max-md:col-span-2">
          <Field
            label="Email"
            hidden
            error={fields.email ?? (send.error ? messageOf(send.error) : undefined)}
          >
            {(control) => (
              <Input
                {...control}
                type="email"
                value={email}
                maxLength={254}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                placeholder={`name@${domain && !isPublicProvider(domain) ? domain : "company.example"}`}
                onChange={(e) => {
                  setEmail(e.target.value);
                  if (send.error) send.reset();
                }}
              />
            )}
          </Field>
        </div>
        <Field label="Role" hidden>
          {(control) => (
            <Select {...control} value={role} onChange={(e) => setRole(e.target.value as Role)}>
              <option value="viewer">{roleLabels.viewer}</option>
              <option value="admin">{roleLabels.admin}</option>
            </Select>
          )}
        </Field>
        <Button type="submit" working={send.isPending} className="max-md:h-11">
          Invite
        </Button>
      </form>
      {link ? <InvitationLinkDialog invitation={link} onClose={() => setLink(null)} /> : null}
    </Step>
  );
}
