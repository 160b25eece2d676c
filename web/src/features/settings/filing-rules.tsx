import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Signpost, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { dropFilingRule, filingRulesQuery, saveFilingRule } from "../../api/queries/filing-rules";
import { projectQueries } from "../../api/queries/projects";
import type { FilingRule } from "../../api/types";
import { ViewerLine } from "../../domain/viewer-line";
import { dayOf, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { ErrorState } from "../../ui/error-state";
import { Field } from "../../ui/field";
import { IconButton } from "../../ui/icon-button";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { Select } from "../../ui/select";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";

/** What moving mail taught about where mail goes. Removing a rule brings the old ways back. */
export function FilingRules({ org, admin }: { org: string; admin: boolean }) {
  const client = useQueryClient();
  const rules = useQuery(filingRulesQuery(org));
  const slow = useDelayed(rules.isPending);
  const [editing, setEditing] = useState<FilingRule | null>(null);
  const save = useMutation(saveFilingRule(org, client));
  const drop = useMutation(dropFilingRule(org, client));
  const remove = ({ id, from, words, project_id }: FilingRule) =>
    drop.mutate(id, {
      onSuccess: () =>
        toast("Unlearned. Mail is filed as before.", {
          undo: () =>
            save.mutate({ from, words, project_id }, { onError: (error) => toast(messageOf(error)) }),
        }),
      onError: (error) => toast(messageOf(error)),
    });
  return (
    <>
      <p className="text-muted-foreground text-sm">
        Moving mail by hand teaches where mail like it goes. What was learned stands here.
      </p>
      {rules.isError ? (
        <ErrorState
          className="mt-2"
          what="The filing rules could not be read."
          message={messageOf(rules.error)}
          retry={() => rules.refetch()}
        />
      ) : rules.isPending ? (
        slow ? (
          <div role="status" className="mt-3 flex flex-col gap-3">
            <span className="sr-only">Loading filing rules</span>
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-4 w-1/2" />
          </div>
        ) : null
      ) : rules.data.items.length === 0 ? (
        <p className="mt-3 text-sm text-subtle-foreground">Nothing learned yet.</p>
      ) : (
        <ul aria-label="Filing rules" className="mt-2">
          {rules.data.items.map((rule) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              onEdit={admin ? () => setEditing(rule) : undefined}
              onRemove={admin ? () => remove(rule) : undefined}
            />
          ))}
        </ul>
      )}
      {rules.data?.next ? (
        <p className="mt-1 text-muted-foreground text-xs">The newest 200 rules are shown.</p>
      ) : null}
      {admin ? null : <ViewerLine what="change filing rules" className="mt-2" />}
      {editing ? <RuleDialog org={org} rule={editing} onClose={() => setEditing(null)} /> : null}
    </>
  );
}

function RuleRow({ rule, onEdit, onRemove }: { rule: FilingRule; onEdit?(): void; onRemove?(): void }) {
  const today = dayOf(useNow());
  return (
    <li className="flex min-h-[46px] items-center gap-2.5 border-b py-1 text-sm last:border-0">
      <Signpost className="size-4 shrink-0 text-primary" aria-hidden strokeWidth={1.75} />
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{rule.text}</span>
        <span className="block text-muted-foreground text-xs">
          {rule.by}, <span className="tabular-nums">{formatDate(dayOf(rule.created_at), today)}</span>
          {" · "}
          {rule.used === 0 ? "not used yet" : `filed ${plural(rule.used, "mail")}`}
        </span>
      </span>
      {onEdit ? (
        <IconButton
          size="small"
          look="ghost"
          label={`Edit rule: ${rule.text}`}
          hint="Edit rule"
          icon={<Pencil aria-hidden />}
          onClick={onEdit}
        />
      ) : null}
      {onRemove ? (
        <IconButton
          size="small"
          look="ghost"
          label={`Remove rule: ${rule.text}`}
          hint="Remove rule"
          icon={<Trash2 aria-hidden />}
          onClick={onRemove}
        />
      ) : null}
    </li>
  );
}

function RuleDialog({ org, rule, onClose }: { org: string; rule: FilingRule; onClose(): void }) {
  const client = useQueryClient();
  const { data: projects = [] } = useQuery(projectQueries.all(org));
  const [from, setFrom] = useState(rule.from);
  const [words, setWords] = useState(rule.words);
  const [project, setProject] = useState(rule.project_id);
  const save = useMutation(saveFilingRule(org, client));
  const fields = save.error instanceof ApiError ? save.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { id: rule.id, from: from.trim(), words: words.trim(), project_id: project },
      {
        onSuccess: (now) => {
          onClose();
          toast(now.text, {
            undo: () =>
              save.mutate({ id: rule.id, from: rule.from, words: rule.words, project_id: rule.project_id }),
          });
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title="Edit filing rule"
      description="Mail that is filed already stays where it is."
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field label="From" error={fields.from} hint="An address or @domain; empty for anybody.">
          {(control) => (
            <Input
              {...control}
              large
              autoComplete="off"
              autoCapitalize="none"
              value={from}
              onChange={(e) => setFrom(e.target.value)}
            />
          )}
        </Field>
        <Field label="With the words" error={fields.words} hint="In subject or text; empty for any.">
          {(control) => (
            <Input
              {...control}
              large
              autoComplete="off"
              value={words}
              onChange={(e) => setWords(e.target.value)}
            />
          )}
        </Field>
        <Field label="Goes to" error={fields.project_id}>
          {(control) => (
            <Select {...control} large value={project} onChange={(e) => setProject(e.target.value)}>
              {projects.map((p) => (
                <option key={p.id} value={p.id}>
                  {p.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {save.error && Object.keys(fields).length === 0 ? (
          <Notice tone="danger">{messageOf(save.error)}</Notice>
        ) : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" working={save.isPending}>
            Save rule
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
