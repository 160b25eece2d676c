import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { meQuery, signIn } from "../../api/queries/session";
import { useTitle } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { AccountFrame } from "./frame";
import { PasswordInput } from "./password-input";

/** Sign in with a work email and a password, then go on where one was going. */
export function SignInPage({ returnTo }: { returnTo: string }) {
  useTitle("Sign in");
  const client = useQueryClient();
  const router = useRouter();
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const form = useRef<HTMLFormElement>(null);

  async function submit(event: React.FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const email = String(given.get("email") ?? "").trim();
    const password = String(given.get("password") ?? "");
    setError(null);
    setMissing({
      email: email.includes("@") ? undefined : "Enter your work email.",
      password: password ? undefined : "Enter your password.",
    });
    if (!email.includes("@") || !password) {
      const first = email.includes("@") ? "password" : "email";
      form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
      return;
    }
    setWorking(true);
    try {
      const me = await signIn(email, password);
      client.clear();
      client.setQueryData(meQuery.queryKey, me);
      await router.navigate({ href: returnTo, replace: true });
    } catch (e) {
      setError(e);
      setWorking(false);
    }
  }

  return (
    <AccountFrame>
      <h1 className="font-semibold text-figure">Sign in</h1>
      <p className="mt-[5px] text-base text-muted-foreground">
        New here? Open the link in your welcome mail.
      </p>
      <form ref={form} onSubmit={submit} noValidate className="mt-6 flex flex-col gap-[17px]">
        <Field label="Work email" error={missing.email}>
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
        <Field label="Password" error={missing.password}>
          {(control) => <PasswordInput {...control} large name="password" autoComplete="current-password" />}
        </Field>
        {error ? <Notice tone="danger">{signInTrouble(error)}</Notice> : null}
        <Button type="submit" look="primary" size="large" working={working} className="text-sm">
          {working ? "Signing in…" : "Sign in"}
        </Button>
      </form>
    </AccountFrame>
  );
}

function signInTrouble(error: unknown): string {
  if (error instanceof ApiError && error.code === "unknown") {
    return "That email and password do not go together. An admin can send you a new sign-in link.";
  }
  return messageOf(error);
}
