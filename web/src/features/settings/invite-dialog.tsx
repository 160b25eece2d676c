import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { invite } from "../../api/queries/people";
import type { MemberInvitation, Role } from "../../api/types";
import { roleLabels } from "../../domain/role";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";

/** Says that an invitation is on its way, or shows its link where the server sends no mail. */
export function invited(invitation: MemberInvitation, show: (invitation: MemberInvitation) => void): void {
  if (invitation.accept_url) show(invitation);
  else toast(`The invitation to ${invitation.email} is on its way.`);
}

/** Asks somebody to join. Typed text stays when it fails. */
export function InviteDialog({
  org,
  onClose,
  onInvited,
}: {
  org: string;
  onClose(): void;
  onInvited(invitation: MemberInvitation): void;
}) {
  const client = useQueryClient();
  const send = useMutation(invite(org, client));
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const fields = send.error instanceof ApiError ? send.error.fields : {};
  const general = send.error && Object.keys(fields).length === 0 ? messageOf(send.error) : "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate({ email: email.trim(), role }, { onSuccess: onInvited });
  };
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title="Invite somebody"
      description="They get a mail with a link that opens for 7 days."
    >
      <form noValidate onSubmit={submit} aria-label="Invite somebody" className="flex flex-col gap-4">
        <Field label="Email" error={fields.email}>
          {(control) => (
            <Input
              {...control}
              large
              type="email"
              value={email}
              maxLength={254}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(e) => {
                setEmail(e.target.value);
                if (send.error) send.reset();
              }}
            />
          )}
        </Field>
        <Field
          label="Role"
          error={fields.role}
          hint={
            role === "admin"
              ? "An admin files mail, corrects facts, and decides who else comes in."
              : "A viewer reads everything and changes nothing."
          }
        >
          {(control) => (
            <Select {...control} large value={role} onChange={(e) => setRole(e.target.value as Role)}>
              <option value="viewer">{roleLabels.viewer}</option>
              <option value="admin">{roleLabels.admin}</option>
            </Select>
          )}
        </Field>
        {general ? <Notice tone="danger">{general}</Notice> : null}
        <div className="flex justify-end gap-2">
          <Button className="max-md:h-11" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" className="max-md:h-11" working={send.isPending}>
            {send.isPending ? "Inviting…" : "Send invitation"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
