import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Mail } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { canUsePasskeys } from "../../api/passkey";
import { askSignInLink, waysQuery } from "../../api/queries/doors";
import { signIn } from "../../api/queries/session";
import type { Me } from "../../api/types";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { CodeStep, wantsCode } from "./code-step";
import { atFields, emailTrouble, Or, Outcome, present, useSubmit } from "./form";
import { PasskeyButton } from "./passkey-button";
import { PasswordInput } from "./password-input";
import { ProviderButton } from "./provider-button";

interface SignInFormProps {
  /** Stands above the form, and not above the code that is asked for next. */
  heading: ReactNode;
  /** Whose password is asked for; left out: anybody's. */
  email?: string;
  /** The secret of an invitation that is accepted by signing on at the provider. */
  invitation?: string;
  /** Where to go on after signing on at the provider. */
  to?: string;
  /** The way to the app is free. Throws what keeps one out all the same. */
  onSignedIn(me: Me): Promise<void>;
}

/** Email and password, then a one-time code where the account asks for one; or a passkey, the provider, a mailed link. */
export function SignInForm({ heading, email: only, invitation, to, onSignedIn }: SignInFormProps) {
  const ways = useQuery(waysQuery).data;
  const mails = ways?.mail === true;
  const mailLink = mails && !only;
  const passkeys = ways?.passkeys === true && !only && canUsePasskeys();
  const [shown, setShown] = useState<{ email: string; password: string } | null>(null);
  const [mailed, setMailed] = useState("");
  const form = useRef<HTMLFormElement>(null);

  const submit = useSubmit(async (given) => {
    const [email, password] = [given("email"), given("password")];
    const missing = present({
      email: emailTrouble(email),
      password: password ? undefined : "Enter your password.",
    });
    if (Object.keys(missing).length > 0) throw atFields(missing);
    let me: Me;
    try {
      me = await signIn(email, password);
    } catch (e) {
      if (!wantsCode(e)) throw e;
      setShown({ email, password });
      return;
    }
    await onSignedIn(me);
  });
  const link = useSubmit(async (given) => {
    const email = given("email");
    const trouble = emailTrouble(email);
    if (trouble) throw atFields({ email: trouble });
    await askSignInLink(email);
    setMailed(email);
  });

  if (shown) {
    return (
      <CodeStep
        onCode={async (code) => onSignedIn(await signIn(shown.email, shown.password, code))}
        onBack={() => setShown(null)}
      />
    );
  }
  if (mailed) {
    return (
      <Outcome title="Look in your mail" verb="Go back" onGo={() => setMailed("")}>
        If {mailed} has an account, a link that signs you in is on its way. It may take a minute.
      </Outcome>
    );
  }
  const trouble = submit.trouble ? signInTrouble(submit.error, mails) : link.trouble;
  return (
    <>
      {heading}
      <form ref={form} onSubmit={submit.onSubmit} noValidate className="mt-6 flex flex-col gap-[17px]">
        <Field label="Work email" error={submit.fields.email ?? link.fields.email}>
          {(control) => (
            <Input
              {...control}
              large
              name="email"
              type="email"
              autoComplete="username"
              autoFocus={!only}
              defaultValue={only}
              readOnly={Boolean(only)}
              inputMode="email"
            />
          )}
        </Field>
        <Field
          label="Password"
          error={submit.fields.password}
          aside={
            mails ? (
              <Link to="/reset" className="rounded-[3px] font-medium text-primary text-sm hover:underline">
                Forgot it?
              </Link>
            ) : null
          }
        >
          {(control) => <PasswordInput {...control} large name="password" autoComplete="current-password" />}
        </Field>
        {trouble ? <Notice tone="danger">{trouble}</Notice> : null}
        <Button type="submit" look="primary" size="large" working={submit.working} className="text-sm">
          {submit.working ? "Signing in…" : "Sign in"}
        </Button>
      </form>
      {ways?.provider || passkeys || mailLink ? <Or /> : null}
      <div className="flex flex-col gap-[15px]">
        {ways?.provider ? <ProviderButton name={ways.provider} invitation={invitation} to={to} /> : null}
        {passkeys ? <PasskeyButton onSignedIn={onSignedIn} /> : null}
        {mailLink ? (
          <Button
            size="large"
            className="w-full text-sm"
            working={link.working}
            onClick={() => link.run(form.current ?? undefined)}
          >
            <Mail aria-hidden />
            Email me a sign-in link
          </Button>
        ) : null}
      </div>
    </>
  );
}

function signInTrouble(error: unknown, mails: boolean): string {
  if (error instanceof ApiError && error.code === "unknown") {
    return mails
      ? "That email and password do not go together. Try again, or have a link mailed to you."
      : "That email and password do not go together. An admin can send you a new sign-in link.";
  }
  return messageOf(error);
}
