import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { createKey, keysQuery, type NewKey } from "../../api/queries/keys";
import type { CreatedKey, Role } from "../../api/types";
import { roleLabels } from "../../domain/role";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { Select } from "../../ui/select";
import { lives, scopesOf } from "./scopes";
import { useStepUp } from "./step-up";

const DAY = 86_400_000;

/** Asks what a new key is for, what it may, and how long. Typed text stays when it fails. */
export function NewKeyDialog({
  org,
  onClose,
  onMade,
}: {
  org: string;
  onClose(): void;
  onMade(key: CreatedKey): void;
}) {
  const client = useQueryClient();
  const stepUp = useStepUp();
  const create = useMutation({
    mutationFn: (key: NewKey) => stepUp(() => createKey(org, key)),
    onSuccess: () => client.invalidateQueries({ queryKey: keysQuery(org).queryKey }),
    gcTime: 0,
  });
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [narrow, setNarrow] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [days, setDays] = useState(90);
  const [none, setNone] = useState(false);
  const offered = scopesOf(role);
  const wanted = narrow ? offered.filter((s) => chosen.includes(s.id)).map((s) => s.id) : [];
  const fields: Record<string, string> = create.error instanceof ApiError ? create.error.fields : {};
  const general = create.error && Object.keys(fields).length === 0 ? messageOf(create.error) : "";
  const scopesWrong =
    none && wanted.length === 0 ? "Choose at least one, or let the key do all." : fields.scopes;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Without scopes a key may all that its role may: never what an empty choice means.
    setNone(narrow);
    if (narrow && wanted.length === 0) return;
    create.mutate(
      {
        name: name.trim(),
        role,
        scopes: wanted,
        expires_at: days ? new Date(Date.now() + days * DAY).toISOString() : undefined,
      },
      { onSuccess: onMade },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title="New key"
      description="Give each program its own, so that one can be revoked without the others."
    >
      <form noValidate onSubmit={submit} aria-label="New key" className="flex flex-col gap-4">
        <Field label="Name" error={fields.name} hint="What the key is for, such as Accounting sync.">
          {(control) => (
            <Input
              {...control}
              large
              value={name}
              maxLength={200}
              autoComplete="off"
              onChange={(e) => {
                setName(e.target.value);
                if (create.error) create.reset();
              }}
            />
          )}
        </Field>
        <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
          <Field label="Role" error={fields.role}>
            {(control) => (
              <Select {...control} large value={role} onChange={(e) => setRole(e.target.value as Role)}>
                <option value="viewer">{roleLabels.viewer}: reads</option>
                <option value="admin">{roleLabels.admin}: reads and changes</option>
              </Select>
            )}
          </Field>
          <Field label="Opens for" error={fields.expires_at}>
            {(control) => (
              <Select {...control} large value={days} onChange={(e) => setDays(Number(e.target.value))}>
                {lives.map(([n, label]) => (
                  <option key={n} value={n}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Field label="The key may" error={scopesWrong}>
          {(control) => (
            <Select
              {...control}
              large
              value={narrow ? "some" : "all"}
              onChange={(e) => setNarrow(e.target.value === "some")}
            >
              <option value="all">All that its role may</option>
              <option value="some">Only what I choose</option>
            </Select>
          )}
        </Field>
        {narrow ? (
          <fieldset className="-mt-1 flex flex-col">
            <legend className="sr-only">What the key may</legend>
            {offered.map((scope) => (
              <label key={scope.id} className="flex min-h-8 items-center gap-2.5 text-sm max-md:min-h-11">
                <input
                  type="checkbox"
                  className="size-4 shrink-0 accent-primary"
                  checked={chosen.includes(scope.id)}
                  onChange={(e) =>
                    setChosen(
                      e.target.checked ? [...chosen, scope.id] : chosen.filter((id) => id !== scope.id),
                    )
                  }
                />
                {scope.label}
              </label>
            ))}
          </fieldset>
        ) : null}
        {general ? <Notice tone="danger">{general}</Notice> : null}
        <div className="flex justify-end gap-2">
          <Button className="max-md:h-11" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" className="max-md:h-11" working={create.isPending}>
            {create.isPending ? "Creating…" : "Create key"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
