import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { linkQuery, openLink } from "../../api/queries/session";
import { useDelayed, useTitle } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { Skeleton } from "../../ui/skeleton";
import { AccountFrame } from "./frame";
import { PasswordInput } from "./password-input";

/** The server asks for as many. */
const SHORTEST = 12;

/** The first visit, by a one-time link: a name, a password, and in. */
export function WelcomePage({ token }: { token: string }) {
  useTitle("Welcome");
  const link = useQuery(linkQuery(token));
  const slow = useDelayed(link.isPending);
  const router = useRouter();

  if (link.isPending) {
    return (
      <AccountFrame>
        <div role="status" className={slow ? undefined : "invisible"}>
          <span className="sr-only">Opening your link</span>
          <Skeleton className="mb-4 h-6 w-48" />
          <Skeleton className="mb-8 h-3 w-64" />
          <Skeleton className="h-10 w-full" />
        </div>
      </AccountFrame>
    );
  }
  if (link.isError) {
    const used =
      link.error instanceof ApiError && ["unknown", "not_found", "invalid"].includes(link.error.code);
    return (
      <AccountFrame>
        <h1 className="font-semibold text-figure">
          {used ? "This link no longer opens" : "The link could not be opened"}
        </h1>
        <p className="mt-1 text-base text-muted-foreground">
          {used
            ? "It was used already, or it is too old. Sign in with your password, or ask an admin for a new link."
            : messageOf(link.error)}
        </p>
        <div className="mt-6 flex gap-2">
          <Button look={used ? "primary" : "outline"} onClick={() => router.navigate({ to: "/sign-in" })}>
            Go to sign in
          </Button>
          {used ? null : (
            <Button look="primary" onClick={() => link.refetch()}>
              Try again
            </Button>
          )}
        </div>
      </AccountFrame>
    );
  }
  return (
    <AccountFrame>
      <WelcomeForm token={token} email={link.data.email} name={link.data.name} />
    </AccountFrame>
  );
}

function WelcomeForm({ token, email, name }: { token: string; email: string; name: string }) {
  const client = useQueryClient();
  const router = useRouter();
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof ApiError ? error.fields : {};
  const general = error && Object.keys(fields).length === 0 ? messageOf(error) : "";

  async function submit(event: React.FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const password = String(given.get("password") ?? "");
    if ([...password].length < SHORTEST) {
      setError(
        new ApiError("invalid", 422, "", {
          password: `Use at least ${SHORTEST} characters. A short sentence is good.`,
        }),
      );
      return;
    }
    setError(null);
    setWorking(true);
    try {
      await openLink(token, { password, name: String(given.get("name") ?? "").trim() || name });
      client.clear();
      await router.navigate({ to: "/", replace: true });
    } catch (e) {
      setError(e);
      setWorking(false);
    }
  }

  return (
    <>
      <h1 className="font-semibold text-figure">Welcome to Projectr</h1>
      <p className="mt-[5px] text-base text-muted-foreground">Choose a password for {email}.</p>
      <form onSubmit={submit} noValidate className="mt-6 flex flex-col gap-[17px]">
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label="Your name" error={fields.name}>
          {(control) => (
            <Input {...control} large name="name" defaultValue={name} autoComplete="name" maxLength={200} />
          )}
        </Field>
        <Field label="Password" error={fields.password} hint={`At least ${SHORTEST} characters.`}>
          {(control) => <PasswordInput {...control} large name="password" autoComplete="new-password" />}
        </Field>
        {general ? <Notice tone="danger">{general}</Notice> : null}
        <Button type="submit" look="primary" size="large" working={working} className="text-sm">
          {working ? "Signing in…" : "Set password and sign in"}
        </Button>
      </form>
    </>
  );
}
