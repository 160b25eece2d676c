import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { messageOf } from "../../api/client";
import { leaveOrganisation } from "../../api/queries/orgs";
import type { Organisation } from "../../api/types";
import { dayOf, formatDate } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { toast } from "../../ui/toast";
import { Section } from "./section";
import { useStepUp } from "./step-up";

/** The end of an organisation: 30 days to change one's mind, then gone for good. */
export function Leaving({ org, organisation }: { org: string; organisation: Organisation }) {
  const client = useQueryClient();
  const today = dayOf(useNow(), organisation.time_zone);
  const stepUp = useStepUp();
  const [asking, setAsking] = useState(false);
  const [name, setName] = useState("");
  const change = useMutation(leaveOrganisation(org, client));
  const day =
    organisation.delete_at && formatDate(dayOf(organisation.delete_at, organisation.time_zone), today);
  const close = () => {
    setAsking(false);
    setName("");
    change.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    stepUp(() => change.mutateAsync(true)).then(
      () => {
        close();
        toast("The organisation is deleted in 30 days. You can restore it until then.");
      },
      () => {}, // shown in the dialog
    );
  };
  return (
    <Section title="Delete organisation" note="30 days to change your mind, then gone for good.">
      {day ? (
        <>
          <Notice tone="warning">
            {organisation.name} is deleted on {day}, with all its mail and the accounts that belong nowhere
            else. Mail that comes until then is held.
          </Notice>
          <Button
            className="mt-2 max-md:h-11"
            working={change.isPending}
            onClick={() =>
              change.mutate(false, {
                onSuccess: () => toast(`${organisation.name} stays.`),
                onError: (error) => toast(messageOf(error)),
              })
            }
          >
            Restore
          </Button>
        </>
      ) : (
        <Button look="destructive" className="max-md:h-11" onClick={() => setAsking(true)}>
          Delete…
        </Button>
      )}
      {asking ? (
        <Dialog
          open
          onOpenChange={(on) => on || close()}
          title={`Delete ${organisation.name}?`}
          description="All its projects, mails, files and facts are gone after 30 days. Until then its mail is held, and an admin can restore it."
        >
          <form noValidate onSubmit={submit} aria-label="Delete organisation" className="flex flex-col gap-4">
            <Field label="Its name, to be sure" hint={`Type ${organisation.name}.`}>
              {(control) => (
                <Input
                  {...control}
                  large
                  autoComplete="off"
                  value={name}
                  onChange={(e) => setName(e.target.value)}
                />
              )}
            </Field>
            {change.error ? <Notice tone="danger">{messageOf(change.error)}</Notice> : null}
            <div className="flex justify-end gap-2">
              <Button className="max-md:h-11" onClick={close}>
                Keep it
              </Button>
              <Button
                type="submit"
                look="destructive-fill"
                className="max-md:h-11"
                disabled={name.trim() !== organisation.name}
                working={change.isPending}
              >
                Delete organisation
              </Button>
            </div>
          </form>
        </Dialog>
      ) : null}
    </Section>
  );
}
