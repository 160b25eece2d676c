import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { confirmSignUp, signUp, signUpQuery, waysQuery } from "../../api/queries/doors";
import { beginAs } from "../../api/queries/session";
import type { SignUpConfirmation } from "../../api/types";
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
  NotOpened,
  Opening,
  Outcome,
  passwordTrouble,
  present,
  useSubmit,
} from "./form";
import { AccountFrame } from "./frame";
import { PasswordInput } from "./password-input";
import { useSecret } from "./secret";

/** Sign up an organisation: what it is called and who its first admin is. A mailed link makes it. */
export function SignUpPage() {
  useTitle("Set up your company");
  const ways = useQuery(waysQuery);
  if (ways.isPending) return <Opening />;
  return (
    <AccountFrame>
      {ways.data && ways.data.sign_up !== "open" ? (
        <Outcome title="Sign-up is not open here">
          Ask an admin of your company for an invitation, or whoever runs this Projectr to set your company
          up.
        </Outcome>
      ) : (
        <SignUpForm />
      )}
    </AccountFrame>
  );
}

function SignUpForm() {
  const [asked, setAsked] = useState("");
  const submit = useSubmit(async (given) => {
    const email = given("email");
    const wrong = present({ ...companyTrouble(given), email: emailTrouble(email) });
    if (Object.keys(wrong).length > 0) throw atFields(wrong);
    await signUp({ ...company(given), email });
    setAsked(email);
  });
  if (asked) {
    return (
      <Outcome title="Look in your mail">
        We mailed a link to {asked}. Open it to finish. It may take a minute.
      </Outcome>
    );
  }
  return (
    <>
      <Heading title="Set up your company">You will be its first admin.</Heading>
      <DoorForm submit={submit} verb="Go on">
        <CompanyFields fields={submit.fields} />
        <Field label="Work email" error={submit.fields.email}>
          {(control) => (
            <Input {...control} large name="email" type="email" autoComplete="username" inputMode="email" />
          )}
        </Field>
        <NewPassword error={submit.fields.password} />
      </DoorForm>
    </>
  );
}

/** The link of a sign-up: makes the organisation, and asks what it will be where an operator invited. */
export function ConfirmSignUpPage() {
  useTitle("Set up your company");
  const secret = useSecret();
  const link = useQuery({ ...signUpQuery(secret), enabled: secret !== "" });
  if (!secret || isUsedUp(link.error)) return <AccountFrame>{dead}</AccountFrame>;
  if (link.error) {
    return (
      <AccountFrame>
        <NotOpened error={link.error} again={() => link.refetch()} />
      </AccountFrame>
    );
  }
  if (!link.data) return <Opening />;
  return (
    <AccountFrame>
      <Found key={secret} secret={secret} email={link.data.email} invited={link.data.invited} />
    </AccountFrame>
  );
}

const dead = <DeadLink>If you have not finished signing up, begin again.</DeadLink>;

function Found({ secret, email, invited }: { secret: string; email: string; invited: boolean }) {
  const client = useQueryClient();
  const router = useRouter();
  const [used, setUsed] = useState(false);
  const submit = useSubmit(async (given) => {
    let all: SignUpConfirmation = { token: secret, password: given("password") };
    if (!invited && !given("password")) throw atFields({ password: "Enter the password you chose." });
    if (invited) {
      const wrong = present(companyTrouble(given));
      if (Object.keys(wrong).length > 0) throw atFields(wrong);
      all = { ...all, ...company(given) };
    }
    try {
      const me = await confirmSignUp(all);
      beginAs(client, me);
    } catch (e) {
      if (!isUsedUp(e)) throw e;
      setUsed(true);
      return;
    }
    await router.navigate({ href: "/", replace: true });
  });
  if (used) return dead;
  return (
    <>
      <Heading title="Set up your company">
        {invited
          ? `You will be its first admin, as ${email}.`
          : `Your address ${email} is confirmed with this step.`}
      </Heading>
      <DoorForm submit={submit} verb="Finish and sign in">
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        {invited ? (
          <>
            <CompanyFields fields={submit.fields} />
            <NewPassword error={submit.fields.password} />
          </>
        ) : (
          <Field label="Password" error={submit.fields.password} hint="The one you chose when you signed up.">
            {(control) => (
              <PasswordInput {...control} large name="password" autoComplete="current-password" autoFocus />
            )}
          </Field>
        )}
      </DoorForm>
    </>
  );
}

type Given = (name: string) => string;

const company = (given: Given) => ({
  organisation: given("organisation"),
  address: given("address").toLowerCase(),
  name: given("name"),
  password: given("password"),
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

const companyTrouble = (given: Given) => ({
  organisation: given("organisation") ? undefined : "Enter your company's name.",
  address: given("address") ? undefined : "Choose a name for its mail-in address.",
  name: given("name") ? undefined : "Enter your name.",
  password: passwordTrouble(given("password")),
});

function CompanyFields({ fields }: { fields: Readonly<Record<string, string>> }) {
  return (
    <>
      <Field label="Company" error={fields.organisation}>
        {(control) => (
          <Input
            {...control}
            large
            name="organisation"
            autoComplete="organization"
            autoFocus
            maxLength={200}
          />
        )}
      </Field>
      <Field
        label="Mail-in address"
        error={fields.address}
        hint="What stands before the @ of the address your mail is sent to, such as brennock."
      >
        {(control) => (
          <Input
            {...control}
            large
            name="address"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={100}
          />
        )}
      </Field>
      <Field label="Your name" error={fields.name}>
        {(control) => <Input {...control} large name="name" autoComplete="name" maxLength={200} />}
      </Field>
    </>
  );
}
