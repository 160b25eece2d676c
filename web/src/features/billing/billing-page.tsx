import { useQuery } from "@tanstack/react-query";
import { Check, CircleAlert } from "lucide-react";
import { messageOf } from "../../api/client";
import { subscriptionQuery } from "../../api/queries/orgs";
import type { Plan, Subscription } from "../../api/types";
import { PhoneTitle } from "../../domain/phone-title";
import { planName } from "../../domain/plan";
import { cn } from "../../lib/cn";
import { useDelayed } from "../../lib/hooks";
import { formatCents } from "../../lib/money";
import { Badge } from "../../ui/badge";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { Progress } from "../../ui/progress";
import { Skeleton } from "../../ui/skeleton";
import { type Limit, limitsOf, nearest, offersOf } from "./limits";

/** The plan, how much of its limits is used, and the plans there are. */
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
        {subscription.data ? (
          <>
            <div className="flex gap-3 max-lg:flex-col">
              <Current subscription={subscription.data} />
              <Payment subscription={subscription.data} />
            </div>
            <Plans subscription={subscription.data} />
          </>
        ) : null}
      </Page>
    </>
  );
}

function Current({ subscription }: { subscription: Subscription }) {
  const { plan } = subscription;
  const limits = limitsOf(subscription);
  const line = nearest(limits);
  return (
    <Card className="min-w-0 flex-1 px-[18px] pt-[17px] pb-[18px]">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="font-semibold text-lead">{planName(plan.name)}</h2>
        <Badge tone="primary">Current plan</Badge>
        <p className="ml-auto text-muted-foreground text-sm">{priceLine(subscription)}</p>
      </div>
      <div className="mt-3 grid grid-cols-3 gap-x-6 gap-y-4 max-md:grid-cols-1">
        {limits.map((l) => (
          <Bar key={l.id} limit={l} />
        ))}
      </div>
      {line ? (
        <p
          className={cn(
            "mt-3 flex items-start gap-1.5 text-sm",
            line.full ? "text-destructive" : "text-warning",
          )}
        >
          <CircleAlert aria-hidden className="mt-px size-4 shrink-0" strokeWidth={1.75} />
          {line.text}
        </p>
      ) : null}
    </Card>
  );
}

function priceLine({ plan, billing }: Subscription): string {
  if (plan.by_agreement) return "Price by agreement";
  if (plan.price_cents === 0) return "Free of charge";
  return billing
    ? `${formatCents(plan.price_cents)} a month`
    : `Listed at ${formatCents(plan.price_cents)} a month`;
}

function Bar({ limit }: { limit: Limit }) {
  return (
    <div>
      <p className="flex justify-between gap-2 text-sm">
        {limit.label}
        <span className="text-muted-foreground tabular-nums">
          <span className="font-medium text-foreground">{limit.words(limit.used)}</span>
          {limit.limit > 0 ? ` of ${limit.words(limit.limit)}` : ", no limit"}
        </span>
      </p>
      {limit.limit > 0 ? (
        <Progress label={limit.label} value={limit.used} max={limit.limit} className="mt-1.5" />
      ) : null}
    </div>
  );
}

/** How it is paid. */
function Payment({ subscription }: { subscription: Subscription }) {
  return (
    <Card className="w-[372px] shrink-0 px-[18px] pt-[15px] pb-[18px] max-lg:w-full">
      <h2 className="font-semibold text-base tracking-[-0.012em]">Payment</h2>
      <p className="mt-2 text-muted-foreground text-sm">
        {subscription.billing
          ? "Paid by the month."
          : "No payment provider is connected here, so nothing is charged. The operator of this installation sets the plan; ask them for another one."}
      </p>
    </Card>
  );
}

function Plans({ subscription }: { subscription: Subscription }) {
  const { plan, plans, billing } = subscription;
  // Where a plan is not for sale and nothing can be bought, prices mean nothing.
  if (!billing && !plans.some((p) => p.name === plan.name)) return null;
  return (
    <section aria-labelledby="plans">
      <h2 id="plans" className="mt-[18px] mb-3 font-semibold text-base tracking-[-0.012em]">
        Plans
      </h2>
      <Card className="overflow-hidden">
        <ul className="flex max-md:flex-col">
          {plans.map((p) => (
            <Offer key={p.name} plan={p} own={p.name === plan.name} />
          ))}
        </ul>
      </Card>
    </section>
  );
}

/** One plan beside the others. Its numbers come from the table of plans, never from here. */
function Offer({ plan, own }: { plan: Plan; own: boolean }) {
  return (
    <li
      className={cn(
        "flex flex-1 flex-col px-[22px] pt-5 pb-5 not-last:border-r max-md:not-last:border-r-0 max-md:not-last:border-b",
        own && "bg-secondary shadow-[inset_0_2px_0_var(--primary)]",
      )}
    >
      <h3 className="flex items-center gap-2 font-semibold text-lead">
        {planName(plan.name)}
        {own ? <Badge tone="primary">Your plan</Badge> : null}
      </h3>
      <p className="mt-1">
        <span className="font-semibold text-figure">
          {plan.by_agreement ? "Let’s talk" : formatCents(plan.price_cents)}
        </span>{" "}
        <span className="text-muted-foreground text-sm">
          {plan.by_agreement ? "price by agreement" : "per month"}
        </span>
      </p>
      <ul className="mt-3 flex flex-col gap-2">
        {offersOf(plan).map((words) => (
          <li key={words} className="flex items-center gap-2.5 text-sm">
            <Check aria-hidden className="size-4 shrink-0 text-primary" strokeWidth={1.75} />
            {words}
          </li>
        ))}
      </ul>
    </li>
  );
}
