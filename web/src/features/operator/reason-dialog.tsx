import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";

/** Asks for one line before something is done: a reason, unless it says otherwise. */
export function ReasonDialog({
  title,
  description,
  label = "Reason",
  field = "reason",
  hint,
  first = "",
  action,
  run,
  onClose,
}: {
  title: string;
  description: string;
  label?: string;
  /** As the server calls it. */
  field?: string;
  hint?: string;
  first?: string;
  action: string;
  /** Does it; what it throws is shown. */
  run(text: string): Promise<void>;
  onClose(): void;
}) {
  const [text, setText] = useState(first);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrong = error instanceof ApiError ? error.fields[field] : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setWorking(true);
    setError(null);
    try {
      await run(text.trim());
    } catch (e) {
      setError(e);
    }
    setWorking(false);
  };
  return (
    <Dialog open onOpenChange={(on) => on || onClose()} title={title} description={description}>
      <form noValidate onSubmit={submit} aria-label={title} className="flex flex-col gap-4">
        <Field label={label} error={wrong} hint={hint}>
          {(control) => (
            <Input
              {...control}
              large
              autoComplete="off"
              maxLength={500}
              value={text}
              onChange={(e) => setText(e.target.value)}
            />
          )}
        </Field>
        {error && !wrong ? <Notice tone="danger">{messageOf(error)}</Notice> : null}
        <div className="flex justify-end gap-2">
          <Button className="max-md:h-11" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" className="max-md:h-11" working={working}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
