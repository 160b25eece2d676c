import { useState } from "react";
import { askReset, resetPassword } from "../../api/queries/doors";
import { useTitle } from "../../lib/hooks";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import {
  atFields,
  DeadLink,
  DoorForm,
  emailTrouble,
  Heading,
  isUsedUp,
  NewPassword,
  Outcome,
  passwordTrouble,
  useSubmit,
} from "./form";
import { AccountFrame } from "./frame";
import { useSecret } from "./secret";

/** A forgotten password: asks for a link, and with the link's secret for the new password. */
export function ResetPage() {
  useTitle("New password");
  const secret = useSecret();
  return <AccountFrame>{secret ? <Choose key={secret} secret={secret} /> : <Ask />}</AccountFrame>;
}

function Ask() {
  const [asked, setAsked] = useState("");
  const submit = useSubmit(async (given) => {
    const email = given("email");
    const trouble = emailTrouble(email);
    if (trouble) throw atFields({ email: trouble });
    await askReset(email);
    setAsked(email);
  });
  if (asked) {
    return (
      <Outcome title="Look in your mail">
        If {asked} has an account, a link to set a new password is on its way. It may take a minute.
      </Outcome>
    );
  }
  return (
    <>
      <Heading title="Forgot your password?">We mail you a link to set a new one.</Heading>
      <DoorForm submit={submit} verb="Mail me a link">
        <Field label="Work email" error={submit.fields.email}>
          {(control) => (
            <Input
              {...control}
              large
              name="email"
              type="email"
              autoComplete="username"
              autoFocus
              inputMode="email"
            />
          )}
        </Field>
      </DoorForm>
    </>
  );
}

function Choose({ secret }: { secret: string }) {
  const [done, setDone] = useState(false);
  const submit = useSubmit(async (given) => {
    const password = given("password");
    const trouble = passwordTrouble(password);
    if (trouble) throw atFields({ password: trouble });
    await resetPassword(secret, password);
    setDone(true);
  });
  if (done) {
    return (
      <Outcome title="Your password is set">
        You are signed out everywhere. Sign in with the new password to go on.
      </Outcome>
    );
  }
  if (isUsedUp(submit.error)) {
    return <DeadLink>Choose “Forgot it?” at sign-in to have a new one mailed.</DeadLink>;
  }
  return (
    <>
      <Heading title="Set a new password">You will be signed out everywhere else.</Heading>
      <DoorForm submit={submit} verb="Set password">
        <NewPassword label="New password" error={submit.fields.password} />
      </DoorForm>
    </>
  );
}
