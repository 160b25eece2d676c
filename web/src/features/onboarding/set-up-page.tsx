import { useMutation, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { useStream } from "../../api/live";
import { emailQueries, sendSample } from "../../api/queries/emails";
import { orgQuery } from "../../api/queries/orgs";
import { sendersQuery } from "../../api/queries/senders";
import { meQuery } from "../../api/queries/session";
import { ConfirmationBanner } from "../../domain/confirmation-banner";
import { PhoneTitle } from "../../domain/phone-title";
import { mayChange } from "../../domain/role";
import { putOff } from "../../domain/set-up";
import { usePhone } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";
import { Page, PageTitle } from "../../ui/page";
import { toast } from "../../ui/toast";
import { Arrived } from "./arrived";
import { CopyAddress } from "./copy-address";
import { firstMail, whoMaySend } from "./first-mail";
import { InviteStep } from "./invite-step";
import { Step } from "./step";
import { Waiting } from "./waiting";
import { WhatHappens } from "./what-happens";

const LOOK_MS = 10_000;

/** From an organisation that was just made to its first fact. */
export function SetUpPage({ org }: { org: string }) {
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const { data: me } = useSuspenseQuery(meQuery);
  const { up } = useStream();
  const phone = usePhone();
  // The stream tells of mail; while it is down, the page looks for itself.
  const mails = useQuery({ ...emailQueries.newest(org), refetchInterval: up ? false : LOOK_MS });
  const rules = useQuery(sendersQuery(org));
  const admin = mayChange(organisation.role);
  const first = mails.data ? firstMail(mails.data.items) : undefined;
  const title = `Set up ${organisation.name}`;
  return (
    <>
      <PhoneTitle org={org} title="Set up" />
      <Page className="pt-[34px]">
        <header className="mb-5 flex items-start justify-between gap-4 max-md:mb-3 max-md:items-center">
          <div>
            {phone ? null : (
              <PageTitle className="text-figure" title={title}>
                {title}
              </PageTitle>
            )}
            <p className="mt-1 text-base text-muted-foreground max-md:mt-0">
              {first
                ? "Mail comes in. The rest can wait."
                : "Two steps done. The third takes one forwarded email."}
            </p>
          </div>
          <Button asChild look="link" className="mt-1.5 text-sm max-md:min-h-11 max-md:mt-0">
            <Link to="/orgs/$org/projects" params={{ org }} onClick={() => putOff(organisation)}>
              {first ? "Go to projects" : "Skip for now"}
            </Link>
          </Button>
        </header>
        <ConfirmationBanner org={org} className="mb-3.5" />
        <div className="grid grid-cols-[minmax(0,682px)_minmax(0,420px)] gap-8 max-lg:grid-cols-1 max-lg:gap-5">
          <Card className="self-start overflow-hidden">
            <ol>
              <Step
                n={1}
                title="Your address"
                note={<code className="break-all font-mono text-xs">{organisation.mail_in}</code>}
                state="done"
              />
              <Step
                n={2}
                title="Who may send mail"
                note={whoMaySend(me.user.email, rules.data?.items ?? [])}
                state="done"
                aside={
                  admin ? (
                    <span className="flex shrink-0 gap-3 text-muted-foreground text-sm">
                      <Link
                        to="/orgs/$org/settings"
                        params={{ org }}
                        search={{ tab: "senders" }}
                        className="touch-target rounded-[3px] font-medium text-primary hover:underline"
                      >
                        Change
                      </Link>
                      Done
                    </span>
                  ) : undefined
                }
              />
              <Step
                n={3}
                title="Send the first mail"
                note="Forward any project email to this address, attachments and all."
                state="now"
              >
                <CopyAddress address={organisation.mail_in} />
                {mails.isError && !mails.data ? (
                  <ErrorState
                    className="mt-3"
                    what="Whether mail has come could not be read."
                    message={messageOf(mails.error)}
                    retry={() => mails.refetch()}
                  />
                ) : first ? (
                  <Arrived key={first.id} org={org} mail={first} admin={admin} />
                ) : (
                  <Waiting
                    address={organisation.mail_in}
                    checks={
                      <>
                        Sender: {whoMaySend(me.user.email, rules.data?.items ?? [])}
                        {organisation.counts.quarantined > 0 ? (
                          <>
                            {" "}
                            <Link
                              to="/orgs/$org/review"
                              params={{ org }}
                              search={{ tab: "quarantine" }}
                              className="font-medium text-primary underline"
                            >
                              Look in quarantine
                            </Link>
                          </>
                        ) : null}
                      </>
                    }
                  />
                )}
              </Step>
              {admin ? <InviteStep org={org} n={4} email={me.user.email} /> : null}
            </ol>
          </Card>
          <div>
            <WhatHappens />
            {admin && !first ? <Sample org={org} /> : null}
          </div>
        </div>
      </Page>
    </>
  );
}

/** For whoever has no mail at hand. */
function Sample({ org }: { org: string }) {
  const [sent, setSent] = useState(false);
  const send = useMutation({
    ...sendSample(org),
    onSuccess: () => {
      setSent(true);
      toast("The sample is on its way.");
    },
    onError: (e) => toast(messageOf(e)),
  });
  return (
    <p className="mt-3 text-muted-foreground text-sm">
      {sent ? (
        "The sample is on its way. It arrives as any mail does."
      ) : (
        <>
          No mail at hand?{" "}
          <Button
            look="link"
            className="touch-target text-sm"
            working={send.isPending}
            onClick={() => send.mutate()}
          >
            Send a sample from us
          </Button>
          .
        </>
      )}
    </p>
  );
}
