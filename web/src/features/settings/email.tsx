import { useMutation, useQuery } from "@tanstack/react-query";
import { BadgeCheck } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { askEmail, askVerification } from "../../api/queries/account";
import { waysQuery } from "../../api/queries/doors";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { toast } from "../../ui/toast";
import { Section } from "./section";
import { useStepUp } from "./step-up";

/** The address one signs in with: whether it is proved, and how it becomes another. */
export function EmailAddress({ email, verified }: { email: string; verified: boolean }) {
  const mails = useQuery(waysQuery).data?.mail;
  return (
    <Section
      title="Email address"
      note="You sign in with it, and Projectr knows your mail by it."
      aside={
        verified ? (
          <Badge tone="success">
            <BadgeCheck className="size-3" aria-hidden />
            Confirmed
          </Badge>
        ) : (
          <Badge tone="warning">Not confirmed</Badge>
        )
      }
    >
      <p className="break-all font-medium text-sm">{email}</p>
      {mails === false ? (
        <p className="mt-1.5 text-muted-foreground text-sm">
          This installation sends no mail, so the address cannot be changed here. Ask whoever runs it.
        </p>
      ) : mails ? (
        <>
          {verified ? null : <Verify email={email} />}
          <Change />
        </>
      ) : null}
    </Section>
  );
}

function Verify({ email }: { email: string }) {
  const ask = useMutation({ mutationFn: askVerification, onError: (e) => toast(messageOf(e)) });
  return ask.isSuccess ? (
    <p role="status" className="mt-1.5 text-sm">
      We mailed a link to {email}. Open it to confirm that the address is yours.
    </p>
  ) : (
    <Button className="mt-2 max-md:h-11" working={ask.isPending} onClick={() => ask.mutate()}>
      Mail me a link to confirm it
    </Button>
  );
}

function Change() {
  const stepUp = useStepUp();
  const [email, setEmail] = useState("");
  const [asked, setAsked] = useState("");
  const ask = useMutation({ mutationFn: (to: string) => stepUp(() => askEmail(to)) });
  const fields: Record<string, string> = ask.error instanceof ApiError ? ask.error.fields : {};
  const general = ask.error && !fields.email ? messageOf(ask.error) : "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const to = email.trim();
    ask.mutate(to, {
      onSuccess: () => {
        setAsked(to);
        setEmail("");
      },
    });
  };
  return (
    <form
      noValidate
      onSubmit={submit}
      aria-label="Change address"
      className="mt-3 flex max-w-md flex-col gap-3"
    >
      <Field
        label="New address"
        error={fields.email}
        hint="We mail a link there. Until you open it, the address above stays."
      >
        {(control) => (
          <Input
            {...control}
            type="email"
            inputMode="email"
            autoComplete="email"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={254}
            value={email}
            onChange={(e) => {
              setEmail(e.target.value);
              if (ask.error) ask.reset();
            }}
          />
        )}
      </Field>
      {general ? <Notice tone="danger">{general}</Notice> : null}
      {asked ? (
        <p role="status" className="text-sm">
          We mailed a link to {asked}. Open it to sign in with that address from then on.
        </p>
      ) : null}
      <Button
        type="submit"
        className="self-start max-md:h-11"
        disabled={email.trim() === ""}
        working={ask.isPending}
      >
        Change address
      </Button>
    </form>
  );
}
