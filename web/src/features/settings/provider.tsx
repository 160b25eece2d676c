import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { waysQuery } from "../../api/queries/doors";
import { meQuery } from "../../api/queries/session";
import { disconnect, identitiesQuery, startConnect } from "../../api/queries/sign-on";
import type { Identity } from "../../api/types";
import { dayOf, formatDate } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { setOut } from "../../lib/trip";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { ErrorState } from "../../ui/error-state";
import { toast } from "../../ui/toast";
import { Section } from "./section";
import { useStepUp } from "./step-up";

/** One's account at the sign-in provider; nothing where there is neither of them. */
export function Provider() {
  const client = useQueryClient();
  const router = useRouter();
  const stepUp = useStepUp();
  const now = useNow();
  const name = useQuery(waysQuery).data?.provider;
  const identities = useQuery(identitiesQuery);
  const [asking, setAsking] = useState(false);
  const leave = useMutation({
    mutationFn: () => stepUp(startConnect),
    onSuccess: (url) => setOut(url, { connect: true, to: router.state.location.href }),
    onError: (error) => toast(messageOf(error)),
    gcTime: 0,
  });
  const off = useMutation({
    mutationFn: () => stepUp(disconnect),
    onSuccess: () => {
      setAsking(false);
      toast("Your account is disconnected. Your other sessions are signed out.");
      return client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  const items = identities.data?.items ?? [];
  const title = "Single sign-on";
  if (!name && items.length === 0) return null;
  if (identities.isError) {
    return (
      <Section title={title}>
        <ErrorState
          what="Your sign-on could not be read."
          message={messageOf(identities.error)}
          retry={() => identities.refetch()}
        />
      </Section>
    );
  }
  const on = items.length > 0;
  return (
    <Section
      title={title}
      note={
        name
          ? `Sign in with ${name}, without a password of Projectr's.`
          : "No sign-in provider is set up here any more."
      }
      aside={
        identities.data ? (
          <Badge tone={on ? "success" : "neutral"}>{on ? "Connected" : "Not connected"}</Badge>
        ) : null
      }
    >
      {on ? (
        <ul aria-label="Connected accounts" className="mb-2 text-sm">
          {items.map((x) => (
            <li key={x.issuer}>
              {whose(x)}, connected since {formatDate(dayOf(x.created_at), dayOf(now))}
            </li>
          ))}
        </ul>
      ) : null}
      {on ? (
        <Button look="destructive" className="max-md:h-11" onClick={() => setAsking(true)}>
          Disconnect
        </Button>
      ) : identities.data ? (
        <Button className="max-md:h-11" working={leave.isPending} onClick={() => leave.mutate()}>
          Connect {name}
        </Button>
      ) : null}
      {asking ? (
        <ConfirmDialog
          title="Disconnect your account?"
          description="From then on you sign in with your password or a passkey, and your other sessions are signed out."
          keep="Keep it connected"
          action="Disconnect"
          working={off.isPending}
          error={off.error ? messageOf(off.error) : undefined}
          onConfirm={() => off.mutate()}
          onClose={() => {
            off.reset();
            setAsking(false);
          }}
        />
      ) : null}
    </Section>
  );
}

/** An account at a provider, by its address there and where that is. */
function whose({ email, issuer }: Identity): string {
  const host = URL.canParse(issuer) ? new URL(issuer).host : issuer;
  return email ? `${email} at ${host}` : `An account at ${host}`;
}
