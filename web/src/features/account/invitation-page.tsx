import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { acceptInvitation, invitationQuery, waysQuery, whoQuery } from "../../api/queries/doors";
import { beginAs, forgetPerson, signOut } from "../../api/queries/session";
import type { InvitationLink } from "../../api/types";
import { useTitle } from "../../lib/hooks";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import {
  atFields,
  DeadLink,
  DoorForm,
  Heading,
  isUsedUp,
  NewPassword,
  NotOpened,
  Opening,
  Or,
  passwordTrouble,
  present,
  useSubmit,
} from "./form";
import { AccountFrame } from "./frame";
import { ProviderButton } from "./provider-button";
import { useSecret } from "./secret";
import { SignInForm } from "./sign-in-form";

const dead = <DeadLink>Ask an admin of your organisation to send you a new one.</DeadLink>;

/** What one is invited to, and the way in: as somebody new, or with the account one has. */
export function InvitationPage() {
  useTitle("Invitation");
  const secret = useSecret();
  const link = useQuery({ ...invitationQuery(secret), enabled: secret !== "" });
  const who = useQuery(whoQuery);
  if (!secret || isUsedUp(link.error)) return <AccountFrame>{dead}</AccountFrame>;
  const error = link.error ?? who.error;
  if (error) {
    return (
      <AccountFrame>
        <NotOpened
          error={error}
          again={() => {
            link.refetch();
            who.refetch();
          }}
        />
      </AccountFrame>
    );
  }
  if (!link.data || who.data === undefined) return <Opening />;
  return (
    <AccountFrame>
      <Accept key={secret} secret={secret} invitation={link.data} as={who.data?.user.email ?? null} />
    </AccountFrame>
  );
}

interface AcceptProps {
  secret: string;
  invitation: InvitationLink;
  /** The address of who is signed in. */
  as: string | null;
}

function Accept({ secret, invitation, as }: AcceptProps) {
  const client = useQueryClient();
  const router = useRouter();
  const [used, setUsed] = useState(false);
  const lead = `You are invited to join as ${invitation.role === "admin" ? "an admin" : "a viewer"}.`;
  const title = `Join ${invitation.organisation}`;

  async function join(given?: { name: string; password: string }) {
    try {
      const me = await acceptInvitation(secret, given);
      beginAs(client, me);
    } catch (e) {
      if (!isUsedUp(e)) throw e;
      setUsed(true);
      return;
    }
    await router.navigate({ href: "/", replace: true });
  }

  if (used) return dead;
  if (!invitation.has_account)
    return <JoinNew title={title} lead={lead} email={invitation.email} secret={secret} join={join} />;
  if (as === null) {
    return (
      <SignInForm
        heading={<Heading title={title}>{lead} Sign in to accept.</Heading>}
        email={invitation.email}
        invitation={secret}
        onSignedIn={() => join()}
      />
    );
  }
  if (as.toLowerCase() !== invitation.email.toLowerCase()) {
    return <SomebodyElse title={title} email={invitation.email} as={as} />;
  }
  return <JoinAs title={title} lead={lead} join={join} />;
}

type Join = (given?: { name: string; password: string }) => Promise<void>;

interface JoinNewProps {
  title: string;
  lead: string;
  email: string;
  secret: string;
  join: Join;
}

function JoinNew({ title, lead, email, secret, join }: JoinNewProps) {
  const provider = useQuery(waysQuery).data?.provider;
  const submit = useSubmit(async (given) => {
    const [name, password] = [given("name"), given("password")];
    const wrong = present({
      name: name ? undefined : "Enter your name.",
      password: passwordTrouble(password),
    });
    if (Object.keys(wrong).length > 0) throw atFields(wrong);
    await join({ name, password });
  });
  return (
    <>
      <Heading title={title}>
        {lead} Choose a password for {email}.
      </Heading>
      <DoorForm submit={submit} verb="Accept and sign in">
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label="Your name" error={submit.fields.name}>
          {(control) => <Input {...control} large name="name" autoComplete="name" maxLength={200} />}
        </Field>
        <NewPassword error={submit.fields.password} />
      </DoorForm>
      {provider ? (
        <>
          <Or />
          <ProviderButton name={provider} invitation={secret} />
        </>
      ) : null}
    </>
  );
}

function JoinAs({ title, lead, join }: { title: string; lead: string; join: Join }) {
  const submit = useSubmit(() => join());
  return (
    <>
      <Heading title={title}>{lead}</Heading>
      <DoorForm submit={submit} verb="Accept invitation" />
    </>
  );
}

function SomebodyElse({ title, email, as }: { title: string; email: string; as: string }) {
  const client = useQueryClient();
  const submit = useSubmit(async () => {
    await signOut();
    forgetPerson(client);
    client.setQueryData(whoQuery.queryKey, null);
  });
  return (
    <>
      <Heading title={title}>
        The invitation is for {email}, and you are signed in as {as}.
      </Heading>
      <DoorForm submit={submit} verb="Sign out and go on" />
    </>
  );
}
