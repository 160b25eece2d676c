import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { messageOf } from "../../api/client";
import { membersQuery, orgQuery, subscriptionQuery, usageQuery } from "../../api/queries/orgs";
import { projectQueries } from "../../api/queries/projects";
import type { Subscription } from "../../api/types";
import { PhoneTitle } from "../../domain/phone-title";
import { planName } from "../../domain/plan";
import { dayOf } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { formatCents, formatCount, formatMicroUSD } from "../../lib/money";
import { Badge } from "../../ui/badge";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { Progress } from "../../ui/progress";
import { Skeleton } from "../../ui/skeleton";

/** The plan, its limits, and how much of them is used. */
export function BillingPage({ org }: { org: string }) {
  const subscription = useQuery(subscriptionQuery(org));
  const slow = useDelayed(subscription.isPending);
  return (
    <>
      <PhoneTitle org={org} title="Plan & billing" />
      <Page>
        <PageHeader>
          <PageTitle>Plan &amp; billing</PageTitle>
        </PageHeader>
        {subscription.isError ? (
          <ErrorState
            what="The plan could not be read."
            message={messageOf(subscription.error)}
            retry={() => subscription.refetch()}
          />
        ) : null}
        {slow ? (
          <Card role="status" className="h-[150px] p-[18px]">
            <span className="sr-only">Loading the plan</span>
            <Skeleton className="h-4 w-32" />
          </Card>
        ) : null}
        {subscription.data ? <Plan org={org} subscription={subscription.data} /> : null}
      </Page>
    </>
  );
}

function Plan({ org, subscription }: { org: string; subscription: Subscription }) {
  const { plan, limits, billing } = subscription;
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const today = dayOf(useNow(), organisation.time_zone);
  const { data: usage } = useQuery(usageQuery(org, `${today.slice(0, 7)}-01`, today));
  const { data: members } = useQuery(membersQuery(org));
  const { data: projects } = useQuery(projectQueries.all(org));
  const open = projects?.filter((p) => p.status !== "completed").length;
  const storage =
    limits.storage_bytes > 0 ? `${formatCount(Math.round(limits.storage_bytes / 2 ** 30))} GiB` : "No limit";
  const budget =
    limits.budget_micro_usd > 0 ? `${formatMicroUSD(limits.budget_micro_usd)} a month` : "No plan limit";

  return (
    <Card className="px-[18px] pt-[17px] pb-[18px]">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="font-semibold text-lead">{planName(plan.name)}</h2>
        <Badge tone="primary">Current plan</Badge>
        <p className="ml-auto text-muted-foreground text-sm">{price(subscription)}</p>
      </div>
      <div className="mt-3 grid grid-cols-3 gap-6 max-md:grid-cols-1 max-md:gap-4">
        <Limit label="Mails this month" used={usage?.emails} limit={limits.emails} />
        <Limit label="Open projects" used={open} limit={limits.projects} />
        <Limit label="Admins and viewers" used={members?.items.length} limit={limits.users} />
      </div>
      <dl className="mt-4 border-t pt-3 text-sm">
        <Row name="AI budget">{budget}</Row>
        <Row name="Storage">{storage}</Row>
        <Row name="Payment">
          {billing
            ? "Paid through this installation."
            : "This installation does not bill. Its operator sets the plan."}
        </Row>
      </dl>
    </Card>
  );
}

function price({ plan, billing }: Subscription): string {
  if (plan.by_agreement) return "Price by agreement";
  if (plan.price_cents === 0) return "Free of charge";
  return billing
    ? `${formatCents(plan.price_cents)} a month`
    : `Listed at ${formatCents(plan.price_cents)} a month`;
}

function Limit({ label, used, limit }: { label: string; used: number | undefined; limit: number }) {
  return (
    <div>
      <p className="flex justify-between gap-2 text-sm">
        {label}
        <span className="text-muted-foreground tabular-nums">
          <span className="font-medium text-foreground">{used === undefined ? "…" : formatCount(used)}</span>
          {limit > 0 ? ` of ${formatCount(limit)}` : ", no limit"}
        </span>
      </p>
      {limit > 0 ? <Progress label={label} value={used ?? 0} max={limit} className="mt-1.5" /> : null}
      {limit > 0 && used !== undefined && used >= limit ? (
        <p className="mt-1 text-destructive text-xs">
          The limit is reached. Mail is still received and kept.
        </p>
      ) : null}
    </div>
  );
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex min-h-[30px] items-center justify-between gap-4">
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}
