import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { orgQuery } from "../../api/queries/orgs";
import type { Organisation } from "../../api/types";
import { PhoneTitle } from "../../domain/phone-title";
import { mayChange, roleLabels } from "../../domain/role";
import { Card } from "../../ui/card";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { AuditLog } from "./audit";
import { YourData } from "./data";
import { FilingRules } from "./filing-rules";
import { Keys } from "./keys";
import { Leaving } from "./leaving";
import { Members } from "./members";
import { SettingsMenu } from "./menu";
import { Notifications } from "./notifications";
import { OrganisationPart } from "./organisation";
import { Reading } from "./reading";
import { Section } from "./section";
import { Security } from "./security";
import { Senders } from "./senders";
import { StepUpProvider } from "./step-up";
import type { Place } from "./tabs";
import { Browser, You } from "./you";

/** What an organisation decided, who belongs to it, and what this person and this browser chose. */
export function SettingsPage({
  org,
  place,
  onPlace,
}: {
  org: string;
  place: Place;
  onPlace(place: Place): void;
}) {
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
            <StepUpProvider>
              <Part org={org} organisation={organisation} place={place} onPlace={onPlace} />
            </StepUpProvider>
          </div>
        </div>
      </Page>
    </>
  );
}

function Part({
  org,
  organisation,
  place,
  onPlace,
}: {
  org: string;
  organisation: Organisation;
  place: Place;
  onPlace(place: Place): void;
}) {
  const admin = mayChange(organisation.role);
  switch (place.tab) {
    case undefined:
      return <Members org={org} admin={admin} />;
    case "organisation":
      return <OrganisationPart org={org} organisation={organisation} admin={admin} />;
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
    case "notifications":
      return <Notifications admin={admin} />;
    case "data":
      return (
        <>
          <YourData org={org} admin={admin} />
          {admin ? <Leaving org={org} organisation={organisation} /> : null}
        </>
      );
    case "keys":
      return <Keys org={org} admin={admin} />;
    case "audit":
      return <AuditLog org={org} admin={admin} place={place} onPlace={onPlace} />;
    case "security":
      return <Security />;
    case "you":
      return (
        <>
          <You role={roleLabels[organisation.role]} viewer={!admin} />
          <Browser />
        </>
      );
  }
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
