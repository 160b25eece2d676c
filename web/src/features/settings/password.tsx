import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { changePassword } from "../../api/queries/account";
import { meQuery } from "../../api/queries/session";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { toast } from "../../ui/toast";
import { Section } from "./section";
import { useStepUp } from "./step-up";

/** Exchanges one's password for another one. */
export function Password({ email }: { email: string }) {
  const client = useQueryClient();
  const stepUp = useStepUp();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useMutation({
    mutationFn: (given: { old: string; password: string }) => stepUp(() => changePassword(given)),
    onSuccess: () => {
      setOld("");
      setFresh("");
      toast("Your password is changed. Your other sessions are signed out.");
      return client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
    gcTime: 0,
  });
  const fields: Record<string, string> = change.error instanceof ApiError ? change.error.fields : {};
  const general = change.error && Object.keys(fields).length === 0 ? messageOf(change.error) : "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ old, password: fresh });
  };
  return (
    <Section title="Password" note="A new one signs you out everywhere else.">
      <form
        noValidate
        onSubmit={submit}
        aria-label="Change password"
        className="flex max-w-md flex-col gap-3"
      >
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label="Password now" error={fields.old}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="current-password"
              value={old}
              onChange={(e) => setOld(e.target.value)}
            />
          )}
        </Field>
        <Field
          label="New password"
          error={fields.password}
          hint="At least 12 characters. A short sentence is good."
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={fresh}
              onChange={(e) => setFresh(e.target.value)}
            />
          )}
        </Field>
        {general ? <Notice tone="danger">{general}</Notice> : null}
        <Button type="submit" className="self-start max-md:h-11" working={change.isPending}>
          Change password
        </Button>
      </form>
    </Section>
  );
}
