import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { canUsePasskeys } from "../../api/passkey";
import { addPasskey, passkeysQuery, removePasskey, renamePasskey } from "../../api/queries/account";
import { waysQuery } from "../../api/queries/doors";
import { meQuery } from "../../api/queries/session";
import type { Passkey } from "../../api/types";
import { dayOf, formatDate } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { Dialog } from "../../ui/dialog";
import { ErrorState } from "../../ui/error-state";
import { Field } from "../../ui/field";
import { IconButton } from "../../ui/icon-button";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { toast } from "../../ui/toast";
import { agentWords } from "./agents";
import { lastUsed } from "./people";
import { Section } from "./section";
import { useStepUp } from "./step-up";

type Asking = { what: "add" } | { what: "rename" | "remove"; passkey: Passkey };

/** The passkeys one signs in with. Where there can be none, nothing is shown. */
export function Passkeys() {
  const ways = useQuery(waysQuery);
  const passkeys = useQuery(passkeysQuery);
  const now = useNow();
  const [asking, setAsking] = useState<Asking | null>(null);
  const items = passkeys.data?.items ?? [];
  const offered = ways.data?.passkeys === true;
  if (!offered && items.length === 0) return null;
  const can = offered && canUsePasskeys();
  const close = () => setAsking(null);
  return (
    <Section
      title="Passkeys"
      note="Sign in with your fingerprint, your face or the PIN of your phone or computer. No password and no code."
      aside={
        can && passkeys.data ? (
          <Button look="link" className="font-medium max-md:h-11" onClick={() => setAsking({ what: "add" })}>
            <Plus className="size-[15px]" aria-hidden />
            Add a passkey
          </Button>
        ) : null
      }
    >
      {passkeys.isError ? (
        <ErrorState
          what="Your passkeys could not be read."
          message={messageOf(passkeys.error)}
          retry={() => passkeys.refetch()}
        />
      ) : null}
      {passkeys.data && items.length === 0 ? (
        <p className="text-sm text-subtle-foreground">
          {can ? "No passkeys yet." : "No passkeys yet. This browser cannot make one: try a newer one."}
        </p>
      ) : null}
      {items.length > 0 ? (
        <ul aria-label="Passkeys">
          {items.map((passkey) => (
            <li
              key={passkey.id}
              className="flex min-h-[38px] items-center gap-3 border-b py-1 text-sm last:border-0 max-md:min-h-11"
            >
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{passkey.name}</span>
                <span className="block truncate text-muted-foreground text-xs">
                  Added {formatDate(dayOf(passkey.created_at), dayOf(now))}
                </span>
              </span>
              <span className="text-muted-foreground text-xs tabular-nums">
                {lastUsed(passkey.used_at, now)}
              </span>
              <IconButton
                size="small"
                look="ghost"
                label={`Rename: ${passkey.name}`}
                hint="Rename"
                icon={<Pencil aria-hidden />}
                onClick={() => setAsking({ what: "rename", passkey })}
              />
              <IconButton
                size="small"
                look="ghost"
                label={`Remove: ${passkey.name}`}
                hint="Remove"
                icon={<Trash2 aria-hidden />}
                onClick={() => setAsking({ what: "remove", passkey })}
              />
            </li>
          ))}
        </ul>
      ) : null}
      {asking?.what === "add" ? <AddDialog onClose={close} /> : null}
      {asking?.what === "rename" ? <RenameDialog passkey={asking.passkey} onClose={close} /> : null}
      {asking?.what === "remove" ? <RemoveDialog passkey={asking.passkey} onClose={close} /> : null}
    </Section>
  );
}

function AddDialog({ onClose }: { onClose(): void }) {
  const stepUp = useStepUp();
  return (
    <NameDialog
      title="Add a passkey"
      description="Give it a name, then your device asks for your fingerprint, your face or its PIN."
      name={agentWords(navigator.userAgent)}
      verb="Continue"
      act={(name) => stepUp(() => addPasskey(name))}
      done={(name) => `${name} can sign you in now. Your other sessions are signed out.`}
      onClose={onClose}
    />
  );
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose(): void }) {
  return (
    <NameDialog
      title={`Rename ${passkey.name}`}
      name={passkey.name}
      verb="Save"
      act={(name) => renamePasskey(passkey.id, name)}
      done={(name) => `The passkey is called ${name} now.`}
      onClose={onClose}
    />
  );
}

/** Asks for a name and does something with it. What was typed stays when that fails. */
function NameDialog({
  title,
  description,
  name: first,
  verb,
  act,
  done,
  onClose,
}: {
  title: string;
  description?: string;
  name: string;
  verb: string;
  act(name: string): Promise<unknown>;
  /** What is said when it is done. */
  done(name: string): string;
  onClose(): void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState(first);
  const run = useMutation({
    mutationFn: () => act(name.trim()),
    onSuccess: () => {
      toast(done(name.trim()));
      onClose();
      return client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
    gcTime: 0,
  });
  const fields: Record<string, string> = run.error instanceof ApiError ? run.error.fields : {};
  const general = run.error && Object.keys(fields).length === 0 ? messageOf(run.error) : "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate();
  };
  return (
    <Dialog open onOpenChange={(on) => on || onClose()} title={title} description={description}>
      <form noValidate onSubmit={submit} aria-label={title} className="flex flex-col gap-4">
        <Field label="Name" error={fields.name} hint="By which you know it again, such as Work phone.">
          {(control) => (
            <Input
              {...control}
              large
              autoComplete="off"
              maxLength={100}
              value={name}
              onChange={(e) => setName(e.target.value)}
            />
          )}
        </Field>
        {general ? <Notice tone="danger">{general}</Notice> : null}
        <div className="flex justify-end gap-2">
          <Button className="max-md:h-11" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" className="max-md:h-11" working={run.isPending}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function RemoveDialog({ passkey, onClose }: { passkey: Passkey; onClose(): void }) {
  const client = useQueryClient();
  const stepUp = useStepUp();
  const remove = useMutation({
    mutationFn: () => stepUp(() => removePasskey(passkey.id)),
    onSuccess: () => {
      toast(`${passkey.name} is removed. Your other sessions are signed out.`);
      onClose();
      return client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  return (
    <ConfirmDialog
      title={`Remove ${passkey.name}?`}
      description="It does not sign you in any more. Your device may go on offering it until you delete it there too."
      keep="Keep it"
      action="Remove passkey"
      working={remove.isPending}
      error={remove.error ? messageOf(remove.error) : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
