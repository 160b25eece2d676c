import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { confirmEmail, signInByMail, verifyEmail } from "../../api/queries/doors";
import { beginAs } from "../../api/queries/session";
import { useTitle } from "../../lib/hooks";
import { CodeStep, wantsCode } from "./code-step";
import { DeadLink, DoorForm, Heading, isUsedUp, Outcome, useSubmit } from "./form";
import { AccountFrame } from "./frame";
import { useSecret } from "./secret";

// Pages that mailed links lead to. A link is used by a press of the button, not by being
// opened: mail filters open links too, and would use it up.

/** Signs in by a mailed link, with a one-time code where the account asks for one. */
export function SignInLinkPage() {
  useTitle("Sign in");
  const secret = useSecret();
  return (
    <AccountFrame>
      <SignInLink key={secret} secret={secret} />
    </AccountFrame>
  );
}

function SignInLink({ secret }: { secret: string }) {
  const client = useQueryClient();
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [dead, setDead] = useState(!secret);

  async function enter(code?: string) {
    try {
      const me = await signInByMail(secret, code);
      beginAs(client, me);
    } catch (e) {
      if (!isUsedUp(e)) throw e;
      setDead(true);
      return;
    }
    await router.navigate({ href: "/", replace: true });
  }
  const submit = useSubmit(async () => {
    try {
      await enter();
    } catch (e) {
      if (!wantsCode(e)) throw e;
      setAsking(true);
    }
  });

  if (dead) return <DeadLink>Sign in with your password, or have a new link mailed.</DeadLink>;
  if (asking) return <CodeStep onCode={enter} onBack={() => setAsking(false)} />;
  return (
    <>
      <Heading title="Sign in">Your link signs you in once, in this browser.</Heading>
      <DoorForm submit={submit} verb="Sign in" />
    </>
  );
}

/** Proves the address the link was mailed to. */
export function VerifyPage() {
  return (
    <ConfirmPage
      title="Confirm your address"
      lead="This shows that mail to your address reaches you."
      verb="Confirm address"
      act={verifyEmail}
      done="Your address is confirmed"
      after="There is nothing more to do."
      renew="Ask for a new one in your settings."
    />
  );
}

/** Makes the address the link was mailed to the one to sign in with. */
export function ChangeEmailPage() {
  return (
    <ConfirmPage
      title="Confirm your new address"
      lead="From then on you sign in with it."
      verb="Confirm address"
      act={confirmEmail}
      done="Your address is changed"
      after="Sign in with the new one from now on."
      renew="Ask for a new one in your settings."
    />
  );
}

interface ConfirmProps {
  title: string;
  lead: string;
  verb: string;
  act(secret: string): Promise<unknown>;
  done: string;
  after: string;
  /** How to come by a new link. */
  renew: string;
}

function ConfirmPage(props: ConfirmProps) {
  useTitle(props.title);
  const secret = useSecret();
  return (
    <AccountFrame>
      <Confirm key={secret} secret={secret} {...props} />
    </AccountFrame>
  );
}

function Confirm({ secret, title, lead, verb, act, done, after, renew }: ConfirmProps & { secret: string }) {
  const client = useQueryClient();
  const [isDone, setDone] = useState(false);
  const submit = useSubmit(async () => {
    await act(secret);
    client.clear(); // who one is reads differently now
    setDone(true);
  });
  if (isDone) {
    return (
      <Outcome title={done} verb="Go to Projectr" href="/">
        {after}
      </Outcome>
    );
  }
  if (!secret || isUsedUp(submit.error)) return <DeadLink>{renew}</DeadLink>;
  return (
    <>
      <Heading title={title}>{lead}</Heading>
      <DoorForm submit={submit} verb={verb} />
    </>
  );
}
