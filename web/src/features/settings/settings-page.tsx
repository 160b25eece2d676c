import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { orgQuery } from "../../api/queries/orgs";
import type { Organisation } from "../../api/types";
import { MailInAddress } from "../../domain/mail-in-address";
import { PhoneTitle } from "../../domain/phone-title";
import { planName } from "../../domain/plan";
import { mayChange, roleLabels } from "../../domain/role";
import { Card } from "../../ui/card";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { FilingRules } from "./filing-rules";
import { Members } from "./members";
import { SettingsMenu } from "./menu";
import { Reading } from "./reading";
import { Row, Section } from "./section";
import { Senders } from "./senders";
import type { Place } from "./tabs";
import { Browser, You } from "./you";

/** What an organisation decided, who belongs to it, and what this person and this browser chose. */
export function SettingsPage({ org, place }: { org: string; place: Place }) {
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  return (
    <>
      <PhoneTitle org={org} title="Settings" />
      <Page>
        <PageHeader>
          <PageTitle>Settings</PageTitle>
        </PageHeader>
        <nav aria-label="More" className="mb-3 md:hidden">
          <Card>
            <MoreLink to="/orgs/$org/usage" org={org}>
              Usage &amp; costs
            </MoreLink>
            <MoreLink to="/orgs/$org/billing" org={org}>
              Plan &amp; billing
            </MoreLink>
          </Card>
        </nav>
        <div className="lg:flex lg:items-start lg:gap-6">
          <SettingsMenu org={org} open={place.tab ?? "members"} />
          <div className="flex min-w-0 flex-1 flex-col gap-3">
            <Part org={org} organisation={organisation} place={place} />
          </div>
        </div>
      </Page>
    </>
  );
}

function Part({ org, organisation, place }: { org: string; organisation: Organisation; place: Place }) {
  const admin = mayChange(organisation.role);
  switch (place.tab) {
    case undefined:
      return <Members org={org} />;
    case "organisation":
      return <OrganisationCard organisation={organisation} />;
    case "senders":
      return (
        <Section title="Allowed senders">
          <Senders org={org} mailIn={organisation.mail_in} admin={admin} />
        </Section>
      );
    case "reading":
      return (
        <>
          <Section title="Reading and filing">
            <Reading org={org} admin={admin} />
          </Section>
          <Section title="Filing rules">
            <FilingRules org={org} admin={admin} />
          </Section>
        </>
      );
    case "you":
      return (
        <>
          <You role={roleLabels[organisation.role]} viewer={!admin} />
          <Browser />
        </>
      );
  }
}

function OrganisationCard({ organisation }: { organisation: Organisation }) {
  return (
    <Section title="Mail-in address" note="Forward job mail here, or add the address as CC.">
      <MailInAddress address={organisation.mail_in} className="my-1" />
      <p className="mt-2 text-muted-foreground text-sm">
        With a job number it names the project:{" "}
        <code className="font-mono text-xs">{plusExample(organisation.mail_in)}</code>
      </p>
      <Row name="Organisation">{organisation.name}</Row>
      <Row name="Time zone">{organisation.time_zone}</Row>
      <Row name="Plan">{planName(organisation.plan)}</Row>
    </Section>
  );
}

function plusExample(mailIn: string): string {
  return mailIn.replace("@", "+24-117@");
}

function MoreLink({
  to,
  org,
  children,
}: {
  to: "/orgs/$org/usage" | "/orgs/$org/billing";
  org: string;
  children: ReactNode;
}) {
  return (
    <Link
      to={to}
      params={{ org }}
      className="flex min-h-11 items-center justify-between border-b px-4 text-base last:border-0"
    >
      {children}
      <ChevronRight className="size-[18px] text-muted-foreground" aria-hidden />
    </Link>
  );
}
