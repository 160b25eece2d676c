import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ban, Check, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { changeSettings, settingsQuery } from "../../api/queries/orgs";
import { dropSender, saveSender, sendersQuery } from "../../api/queries/senders";
import type { SenderRule } from "../../api/types";
import { patternWords } from "../../domain/senders";
import { ViewerLine } from "../../domain/viewer-line";
import { dayOf, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { ErrorState } from "../../ui/error-state";
import { Field } from "../../ui/field";
import { IconButton } from "../../ui/icon-button";
import { Input } from "../../ui/input";
import { segmentClasses, segmentedClasses } from "../../ui/segmented";
import { Skeleton } from "../../ui/skeleton";
import { Switch } from "../../ui/switch";
import { toast } from "../../ui/toast";

/** Who may send mail in, and who may not. */
export function Senders({ org, mailIn, admin }: { org: string; mailIn: string; admin: boolean }) {
  const rules = useQuery(sendersQuery(org));
  const slow = useDelayed(rules.isPending);
  const [removing, setRemoving] = useState<SenderRule | null>(null);
  return (
    <>
      <p className="text-muted-foreground text-sm">
        Members may send to <span className="break-all font-mono text-xs">{mailIn}</span>, and so may everyone
        at their own mail domains. Mail of anyone else waits in quarantine, unless a rule here lets it in.
      </p>
      <Proof org={org} admin={admin} />
      {admin ? <AddRule org={org} /> : <ViewerLine what="allow or block senders" className="mt-2" />}
      {rules.isError ? (
        <ErrorState
          className="mt-2"
          what="The rules could not be read."
          message={messageOf(rules.error)}
          retry={() => rules.refetch()}
        />
      ) : rules.isPending ? (
        slow ? (
          <div role="status" className="mt-3 flex flex-col gap-3">
            <span className="sr-only">Loading rules</span>
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-4 w-1/2" />
          </div>
        ) : null
      ) : rules.data.items.length === 0 ? (
        <p className="mt-3 text-sm text-subtle-foreground">No rules yet.</p>
      ) : (
        <ul aria-label="Rules for senders" className="mt-2">
          {rules.data.items.map((rule) => (
            <Rule key={rule.id} rule={rule} onRemove={admin ? () => setRemoving(rule) : undefined} />
          ))}
        </ul>
      )}
      {rules.data?.next ? (
        <p className="mt-1 text-muted-foreground text-xs">The newest 200 rules are shown.</p>
      ) : null}
      {removing ? <RemoveDialog org={org} rule={removing} onClose={() => setRemoving(null)} /> : null}
    </>
  );
}

/** Whether it has to be proved who sent a mail. */
function Proof({ org, admin }: { org: string; admin: boolean }) {
  const client = useQueryClient();
  const { data: settings } = useQuery(settingsQuery(org));
  const change = useMutation(changeSettings(org, client));
  if (!settings) return null;
  const on = settings.require_authentication;
  return (
    <div className="mt-2 border-b pb-2">
      {admin ? (
        <Switch
          label="Require SPF, DKIM or DMARC to pass"
          checked={on}
          onCheckedChange={(to) =>
            change.mutate(
              { require_authentication: to },
              {
                onSuccess: () =>
                  toast(
                    to
                      ? "Mail has to prove its sender now."
                      : "Mail is let in without proof of its sender again.",
                  ),
                onError: (error) => toast(messageOf(error)),
              },
            )
          }
        />
      ) : (
        <p className="text-sm">
          {on ? "Mail has to prove its sender." : "Mail is let in without proof of its sender."}
        </p>
      )}
      <p className="text-muted-foreground text-xs">
        Mail of allowed senders that nothing proves then waits in quarantine too.
      </p>
    </div>
  );
}

function Rule({ rule, onRemove }: { rule: SenderRule; onRemove?(): void }) {
  const today = dayOf(useNow());
  return (
    <li className="flex min-h-[38px] items-center gap-2 border-b text-sm last:border-0 max-md:min-h-11">
      <Badge tone={rule.allow ? "success" : "danger"} className="w-[72px] justify-center">
        {rule.allow ? <Check className="size-3" aria-hidden /> : <Ban className="size-3" aria-hidden />}
        {rule.allow ? "Allowed" : "Blocked"}
      </Badge>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          {rule.pattern === "*" ? patternWords(rule.pattern) : rule.pattern}
        </span>
      </span>
      <span className="min-w-0 shrink truncate text-muted-foreground text-xs">
        {rule.by}, <span className="tabular-nums">{formatDate(dayOf(rule.created_at), today)}</span>
      </span>
      {onRemove ? (
        <IconButton
          size="small"
          look="ghost"
          label={`Remove rule: ${rule.pattern}`}
          hint="Remove rule"
          icon={<Trash2 aria-hidden />}
          onClick={onRemove}
        />
      ) : null}
    </li>
  );
}

function AddRule({ org }: { org: string }) {
  const client = useQueryClient();
  const [pattern, setPattern] = useState("");
  const [allow, setAllow] = useState(true);
  const save = useMutation({ ...saveSender(org, client) });
  const wrong =
    save.error instanceof ApiError && save.error.fields.pattern
      ? save.error.fields.pattern
      : save.error
        ? messageOf(save.error)
        : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { pattern: pattern.trim(), allow },
      {
        onSuccess: (rule) => {
          setPattern("");
          toast(`${patternWords(rule.pattern)} ${rule.allow ? "may send now." : "is blocked."}`);
        },
      },
    );
  };
  return (
    <form noValidate onSubmit={submit} aria-label="Add a rule" className="mt-2 border-b pb-3">
      <Field
        label="Sender"
        error={wrong}
        hint="An address (jo@acme.example), a domain (@acme.example), or * for anyone."
        aside={
          <fieldset aria-label="What the rule does" className={segmentedClasses}>
            {[true, false].map((value) => (
              <button
                key={String(value)}
                type="button"
                aria-pressed={allow === value}
                onClick={() => setAllow(value)}
                className={segmentClasses}
              >
                {value ? "Allow" : "Block"}
              </button>
            ))}
          </fieldset>
        }
      >
        {(control) => (
          <div className="flex gap-2">
            <Input
              {...control}
              value={pattern}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              placeholder="@acme.example"
              onChange={(e) => {
                setPattern(e.target.value);
                if (save.error) save.reset();
              }}
            />
            <Button type="submit" working={save.isPending} className="max-md:h-11">
              Add rule
            </Button>
          </div>
        )}
      </Field>
    </form>
  );
}

function RemoveDialog({ org, rule, onClose }: { org: string; rule: SenderRule; onClose(): void }) {
  const client = useQueryClient();
  const drop = useMutation({
    ...dropSender(org, client),
    onError: (error) => toast(messageOf(error)),
  });
  const who = rule.pattern === "*" ? "Anyone" : rule.pattern;
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title={`Remove the rule for ${who === "Anyone" ? "anyone" : who}?`}
      description={
        rule.allow
          ? "Later mail of these senders waits in quarantine, unless something else lets it in. Mail that is here stays."
          : "Later mail of these senders is let in where something else allows it. Mail in quarantine is looked at again."
      }
    >
      <div className="flex justify-end gap-2">
        <Button className="max-md:h-11" onClick={onClose}>
          Keep rule
        </Button>
        <Button
          look="destructive-fill"
          className="max-md:h-11"
          working={drop.isPending}
          onClick={() =>
            drop.mutate(rule.id, {
              onSuccess: () => {
                toast("The rule is removed.");
                onClose();
              },
            })
          }
        >
          Remove rule
        </Button>
      </div>
    </Dialog>
  );
}
