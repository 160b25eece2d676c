import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { changeOrganisation, changeSettings, settingsQuery } from "../../api/queries/orgs";
import type { Organisation } from "../../api/types";
import { MailInAddress } from "../../domain/mail-in-address";
import { planName } from "../../domain/plan";
import { ViewerLine } from "../../domain/viewer-line";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { Select } from "../../ui/select";
import { Switch } from "../../ui/switch";
import { toast } from "../../ui/toast";
import { Row, Section } from "./section";
import { useStepUp } from "./step-up";

/** Where mail comes in, what the organisation is called, and whose days it counts. */
export function OrganisationPart({
  org,
  organisation,
  admin,
}: {
  org: string;
  organisation: Organisation;
  admin: boolean;
}) {
  return (
    <>
      <Section title="Mail-in address" note="Forward job mail here, or add the address as CC.">
        <MailInAddress address={organisation.mail_in} className="my-1" />
        <p className="mt-2 text-muted-foreground text-sm">
          With a job number it names the project:{" "}
          <code className="font-mono text-xs">{plusExample(organisation.mail_in)}</code>
        </p>
      </Section>
      <Section title="Organisation">
        {admin ? (
          <OrganisationForm org={org} organisation={organisation} />
        ) : (
          <>
            <Row name="Name">{organisation.name}</Row>
            <Row name="Time zone">{organisation.time_zone.replaceAll("_", " ")}</Row>
            <ViewerLine what="change these" className="mt-2" />
          </>
        )}
        <Row name="Plan">{planName(organisation.plan)}</Row>
      </Section>
      <WhoComesIn org={org} admin={admin} />
    </>
  );
}

/** Whether everyone has to show a second factor. It takes a fresh proof of who decides that. */
function WhoComesIn({ org, admin }: { org: string; admin: boolean }) {
  const client = useQueryClient();
  const stepUp = useStepUp();
  const { data: settings } = useQuery(settingsQuery(org));
  const save = useMutation({ ...changeSettings(org, client) });
  if (!settings) return null;
  const on = settings.require_second_factor;
  const change = (to: boolean) =>
    stepUp(() => save.mutateAsync({ require_second_factor: to })).then(
      () =>
        toast(
          to ? "Everyone has to show a second factor now." : "A second factor is up to each person again.",
        ),
      () => {}, // shown below
    );
  return (
    <Section
      title="Sign-in"
      note="Who has no second factor yet is led to set one up, and sees nothing here before. API keys go on as they are."
    >
      {admin ? (
        <Switch label="Require a second factor from everyone" checked={on} onCheckedChange={change} />
      ) : (
        <Row name="Second factor">{on ? "Required" : "Up to each person"}</Row>
      )}
      {save.error ? (
        <Notice tone="danger" className="mt-2">
          {messageOf(save.error)}
        </Notice>
      ) : null}
    </Section>
  );
}

function plusExample(mailIn: string): string {
  return mailIn.replace("@", "+24-117@");
}

/** The zones this browser knows, and the one that is set. */
function zones(set: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([set, "UTC", ...known])].sort();
}

function OrganisationForm({ org, organisation }: { org: string; organisation: Organisation }) {
  const client = useQueryClient();
  const save = useMutation(changeOrganisation(org, client));
  const [name, setName] = useState(organisation.name);
  const [zone, setZone] = useState(organisation.time_zone);
  const fields: Record<string, string> = save.error instanceof ApiError ? save.error.fields : {};
  const general = save.error && Object.keys(fields).length === 0 ? messageOf(save.error) : "";
  const same = name.trim() === organisation.name && zone === organisation.time_zone;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { name: name.trim(), time_zone: zone },
      {
        onSuccess: (now) => {
          setName(now.name);
          toast("The organisation is changed.");
        },
      },
    );
  };
  return (
    <form
      noValidate
      onSubmit={submit}
      aria-label="Organisation"
      className="mb-2 flex max-w-md flex-col gap-3 pb-1"
    >
      <Field label="Name" error={fields.name}>
        {(control) => (
          <Input
            {...control}
            value={name}
            maxLength={200}
            autoComplete="off"
            onChange={(e) => {
              setName(e.target.value);
              if (save.error) save.reset();
            }}
          />
        )}
      </Field>
      <Field label="Time zone" error={fields.time_zone} hint="Days and deadlines are counted in it.">
        {(control) => (
          <Select {...control} value={zone} onChange={(e) => setZone(e.target.value)}>
            {zones(organisation.time_zone).map((z) => (
              <option key={z} value={z}>
                {z.replaceAll("_", " ")}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {general ? <Notice tone="danger">{general}</Notice> : null}
      <Button type="submit" className="self-start max-md:h-11" disabled={same} working={save.isPending}>
        Save
      </Button>
    </form>
  );
}
