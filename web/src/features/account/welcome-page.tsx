import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { forgetPerson, linkQuery, openLink } from "../../api/queries/session";
import { useTitle } from "../../lib/hooks";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { CodeStep, wantsCode } from "./code-step";
import {
  atFields,
  DeadLink,
  DoorForm,
  Heading,
  isUsedUp,
  NewPassword,
  NotOpened,
  Opening,
  passwordTrouble,
  useSubmit,
} from "./form";
import { AccountFrame } from "./frame";

/** The first visit, by a one-time link: a name, a password, and in. */
export function WelcomePage({ token }: { token: string }) {
  useTitle("Welcome");
  const link = useQuery(linkQuery(token));
  const client = useQueryClient();
  const router = useRouter();
  const isIn = link.data?.needs_password === false;

  async function enter() {
    forgetPerson(client);
    await router.navigate({ to: "/", replace: true });
  }

  // Whoever has a password already is signed in by the link alone.
  useEffect(() => {
    if (!isIn) return;
    forgetPerson(client);
    router.navigate({ to: "/", replace: true });
  }, [isIn, client, router]);

  if (link.isPending || isIn) return <Opening />;
  if (wantsCode(link.error)) {
    return (
      <AccountFrame>
        <CodeStep
          onCode={async (code) => {
            await openLink(token, { code });
            await enter();
          }}
          onBack={() => router.navigate({ to: "/sign-in" })}
        />
      </AccountFrame>
    );
  }
  if (link.isError) {
    return (
      <AccountFrame>
        {isUsedUp(link.error) ? (
          <DeadLink>Sign in with your password, or ask an admin for a new link.</DeadLink>
        ) : (
          <NotOpened error={link.error} again={() => link.refetch()} />
        )}
      </AccountFrame>
    );
  }
  return (
    <AccountFrame>
      <WelcomeForm token={token} email={link.data.email} name={link.data.name} onIn={enter} />
    </AccountFrame>
  );
}

interface WelcomeFormProps {
  token: string;
  email: string;
  name: string;
  onIn(): Promise<void>;
}

function WelcomeForm({ token, email, name, onIn }: WelcomeFormProps) {
  const submit = useSubmit(async (given) => {
    const password = given("password");
    const trouble = passwordTrouble(password);
    if (trouble) throw atFields({ password: trouble });
    await openLink(token, { password, name: given("name") || name });
    await onIn();
  });
  return (
    <>
      <Heading title="Welcome to Projectr">Choose a password for {email}.</Heading>
      <DoorForm submit={submit} verb="Set password and sign in">
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label="Your name" error={submit.fields.name}>
          {(control) => (
            <Input {...control} large name="name" defaultValue={name} autoComplete="name" maxLength={200} />
          )}
        </Field>
        <NewPassword error={submit.fields.password} />
      </DoorForm>
    </>
  );
}
