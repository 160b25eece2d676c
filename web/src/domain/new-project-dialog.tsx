import { useState } from "react";
import { ApiError, messageOf } from "../api/client";
import type { ProjectInput } from "../api/queries/projects";
import type { Project, Proposal } from "../api/types";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Notice } from "../ui/notice";
import { Select } from "../ui/select";
import { statuses, statusLabels } from "./project-badge";

interface NewProjectDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  /** A name to begin with. */
  name?: string;
  /** What a mail says of it. */
  given?: Proposal;
  create(input: ProjectInput): Promise<Project>;
  onCreated(project: Project): void;
}

/** Asks for what a new project is called and where it is. Typed text stays when saving fails. */
export function NewProjectDialog({
  open,
  onOpenChange,
  name = "",
  given,
  create,
  onCreated,
}: NewProjectDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New project"
      description="Mail is filed here by its job number, name and street."
    >
      <ProjectForm
        name={name}
        given={given}
        create={create}
        onCreated={onCreated}
        onCancel={() => onOpenChange(false)}
      />
    </Dialog>
  );
}

function ProjectForm({
  name,
  given,
  create,
  onCreated,
  onCancel,
}: Pick<NewProjectDialogProps, "given" | "create" | "onCreated"> & { name: string; onCancel(): void }) {
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof ApiError ? error.fields : {};
  const general = error && Object.keys(fields).length === 0 ? messageOf(error) : "";

  async function submit(event: React.FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (key: string) => String(form.get(key) ?? "").trim();
    if (!text("name")) {
      setError(
        new ApiError("invalid", 422, "", { name: "Give the project the name people use on the job." }),
      );
      return;
    }
    setWorking(true);
    try {
      onCreated(
        await create({
          name: text("name"),
          job_number: text("job_number"),
          client: text("client"),
          address: text("address"),
          status: text("status") as ProjectInput["status"],
        }),
      );
    } catch (e) {
      setError(e);
    } finally {
      setWorking(false);
    }
  }

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label="Name" error={fields.name}>
        {(control) => (
          <Input {...control} large name="name" defaultValue={name} maxLength={200} autoComplete="off" />
        )}
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <Field label="Job number" error={fields.job_number}>
          {(control) => (
            <Input
              {...control}
              large
              name="job_number"
              defaultValue={given?.job_number}
              maxLength={300}
              autoComplete="off"
            />
          )}
        </Field>
        <Field label="Status" error={fields.status}>
          {(control) => (
            <Select {...control} large name="status" defaultValue="active">
              {statuses.map((s) => (
                <option key={s} value={s}>
                  {statusLabels[s]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Field label="Client" error={fields.client}>
        {(control) => (
          <Input
            {...control}
            large
            name="client"
            defaultValue={given?.client}
            maxLength={300}
            autoComplete="off"
          />
        )}
      </Field>
      <Field label="Street address" error={fields.address}>
        {(control) => (
          <Input
            {...control}
            large
            name="address"
            defaultValue={given?.address}
            maxLength={300}
            autoComplete="off"
          />
        )}
      </Field>
      {general ? <Notice tone="danger">{general}</Notice> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" working={working}>
          {working ? "Creating…" : "Create project"}
        </Button>
      </div>
    </form>
  );
}
