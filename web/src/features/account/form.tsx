import { useRouter } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { useDelayed } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Notice } from "../../ui/notice";
import { Skeleton } from "../../ui/skeleton";
import { AccountFrame } from "./frame";
import { PasswordInput } from "./password-input";

// What the pages before sign-in share: one heading, one form, one button.

/** The server asks for as many. */
const SHORTEST = 12;

/** The heading and the line under it. */
export function Heading({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <>
      <h1 className="font-semibold text-figure">{title}</h1>
      {children ? <p className="mt-[5px] text-base text-muted-foreground">{children}</p> : null}
    </>
  );
}

/** An error that stands at the fields it is about. */
export function atFields(fields: Record<string, string>): ApiError {
  return new ApiError("invalid", 422, "", fields);
}

/** What is wrong with a new password before the server is asked, or nothing. */
export function passwordTrouble(password: string): string | undefined {
  return [...password].length < SHORTEST
    ? `Use at least ${SHORTEST} characters. A short sentence is good.`
    : undefined;
}

/** What is wrong with an address before the server is asked, or nothing. */
export function emailTrouble(email: string): string | undefined {
  return email.includes("@") ? undefined : "Enter your work email.";
}

/** Those of the sentences that are there. */
export function present(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((f): f is [string, string] => Boolean(f[1])));
}

/** Whether an error says that a link was used up, is too old or never was one. */
export function isUsedUp(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.code === "not_found" || error.code === "unknown" || error.fields.token !== undefined)
  );
}

/**
 * Does one thing with what was typed: `given` reads a field, trimmed but for passwords.
 * Trouble is kept for the fields and for the line above the button.
 */
export function useSubmit(act: (given: (name: string) => string) => Promise<unknown>) {
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [atField, setAtField] = useState(false);
  const fields = error instanceof ApiError ? error.fields : {};

  async function run(form?: HTMLFormElement) {
    const values = form ? new FormData(form) : new FormData();
    const read = (name: string) => {
      const value = String(values.get(name) ?? "");
      return name === "password" ? value : value.trim();
    };
    setError(null);
    setWorking(true);
    try {
      await act(read);
    } catch (e) {
      setError(e);
      const at = e instanceof ApiError ? Object.keys(e.fields) : [];
      const wrong = [...(form?.elements ?? [])].find((c) => at.includes(c.getAttribute("name") ?? ""));
      setAtField(wrong !== undefined);
      if (wrong instanceof HTMLElement) wrong.focus();
    } finally {
      setWorking(false);
    }
  }

  return {
    working,
    error,
    fields,
    trouble: error && !atField ? messageOf(error) : "",
    run,
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      if (!working) run(event.currentTarget);
    },
  };
}

/** A form with its trouble and its one button. */
export function DoorForm({
  submit,
  verb,
  children,
}: {
  submit: ReturnType<typeof useSubmit>;
  verb: string;
  children?: ReactNode;
}) {
  return (
    <form onSubmit={submit.onSubmit} noValidate className="mt-6 flex flex-col gap-[17px]">
      {children}
      {submit.trouble ? <Notice tone="danger">{submit.trouble}</Notice> : null}
      <Button type="submit" look="primary" size="large" working={submit.working} className="text-sm">
        {verb}
      </Button>
    </form>
  );
}

/** Parts the form from other ways. */
export function Or() {
  return (
    <p className="my-[15px] flex items-center gap-4 text-sm text-subtle-foreground before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
      or
    </p>
  );
}

/** A field for a new password. */
export function NewPassword({ label = "Password", error }: { label?: string; error?: string }) {
  return (
    <Field label={label} error={error} hint={`At least ${SHORTEST} characters.`}>
      {(control) => <PasswordInput {...control} large name="password" autoComplete="new-password" />}
    </Field>
  );
}

/** Something is over: what came of it, and where to go on. */
export function Outcome({
  title,
  children,
  href = "/sign-in",
  verb = "Go to sign in",
  onGo,
}: {
  title: string;
  children: ReactNode;
  href?: string;
  verb?: string;
  /** Goes on in this page, in place of leading to another. */
  onGo?(): void;
}) {
  const router = useRouter();
  return (
    <div role="status">
      <Heading title={title}>{children}</Heading>
      <Button look="primary" className="mt-6" onClick={onGo ?? (() => router.navigate({ href }))}>
        {verb}
      </Button>
    </div>
  );
}

/** For a link that was used, is too old, or came without its secret. */
export function DeadLink({ children }: { children: ReactNode }) {
  return (
    <Outcome title="This link no longer opens">It was used already, or it is too old. {children}</Outcome>
  );
}

/** While a link is looked at. */
export function Opening() {
  const slow = useDelayed(true);
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

/** A link could not be looked at, for a reason that may pass. */
export function NotOpened({ error, again }: { error: unknown; again: () => void }) {
  return (
    <>
      <Heading title="The link could not be opened">{messageOf(error)}</Heading>
      <Button look="primary" className="mt-6" onClick={again}>
        Try again
      </Button>
    </>
  );
}
