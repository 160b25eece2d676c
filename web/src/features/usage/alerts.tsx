import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Bell } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { changeSettings } from "../../api/queries/orgs";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { toast } from "../../ui/toast";
import { formatPercentages, parsePercentages } from "./percentages";

/** At which percentages of the limits admins are told; an admin changes them. */
export function Alerts({ org, at, admin }: { org: string; at: readonly number[]; admin: boolean }) {
  const [open, setOpen] = useState(false);
  const words = `Alerts at ${formatPercentages(at)}`;
  if (!admin) {
    return (
      <p className="flex items-center gap-1.5 text-muted-foreground text-sm">
        <Bell aria-hidden className="size-[15px]" />
        {words}
      </p>
    );
  }
  return (
    <>
      <Button className="max-md:h-11" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Bell aria-hidden />
        {words}
      </Button>
      {open ? <AlertsDialog org={org} at={at} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function AlertsDialog({ org, at, onClose }: { org: string; at: readonly number[]; onClose(): void }) {
  const client = useQueryClient();
  const change = useMutation(changeSettings(org, client));
  const [text, setText] = useState(at.join(", "));
  const [wrong, setWrong] = useState("");
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const typed = parsePercentages(text);
    if ("wrong" in typed) return setWrong(typed.wrong);
    if (typed.at.join() === at.join()) return onClose();
    try {
      const { alert_at } = await change.mutateAsync({ alert_at: typed.at });
      onClose();
      toast(`Admins are told at ${formatPercentages(alert_at)}.`, {
        undo: () => change.mutate({ alert_at: [...at] }, { onError: (error) => toast(messageOf(error)) }),
      });
    } catch (error) {
      setWrong((error instanceof ApiError && error.fields.alert_at) || messageOf(error));
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title="Alerts"
      description="Admins are told, here and by mail, when so much of the plan’s mails, AI budget or storage is used: once a month at each percentage."
    >
      <form noValidate onSubmit={save} aria-label="Alerts" className="flex flex-col gap-4">
        <Field
          label="Percentages"
          hint="At most 5, with commas between. At 100% admins are always told."
          error={wrong || undefined}
        >
          {(control) => (
            <Input
              {...control}
              large
              inputMode="numeric"
              autoComplete="off"
              value={text}
              onChange={(e) => {
                setText(e.target.value);
                setWrong("");
              }}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button className="max-md:h-11" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" look="primary" className="max-md:h-11" working={change.isPending}>
            Save alerts
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
