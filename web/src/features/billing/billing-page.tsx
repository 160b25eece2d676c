import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Check, CircleAlert, ExternalLink } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { messageOf } from "../../api/client";
import { beginCheckout, changeSubscription, openPortal } from "../../api/queries/billing";
import { orgQuery, subscriptionQuery } from "../../api/queries/orgs";
import type { Charge, Organisation, Plan, Subscription } from "../../api/types";
import { Admins } from "../../domain/admins";
import { usedUp } from "../../domain/ai-budget";
import { chargeText } from "../../domain/charge";
import { PhoneTitle } from "../../domain/phone-title";
import { planName } from "../../domain/plan";
import { mayChange } from "../../domain/role";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { dayOf, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { formatCents } from "../../lib/money";
import { leave } from "../../lib/trip";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";
import { Notice } from "../../ui/notice";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { Progress } from "../../ui/progress";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";
import { CancelDialog } from "./cancel-dialog";
import { ChangeDialog } from "./change-dialog";
import { Invoices } from "./invoices";
import { forWhom, type Limit, limitsOf, nearest, offersOf } from "./limits";
import { BilledTo, PayerLines } from "./payer-lines";
import { type Standing, standingOf } from "./standing";

/** How often and how many times the plan is asked for while a payment is on its way. */
const ASK_MS = 2000;
const ASK_TIMES = 30;

/**
 * The plan, how much of its limits is used, how it is paid, and the plans there are. `paid`:
 * the payment provider sent the reader back, having paid.
 */
export function BillingPage({ org, paid, onPaid }: { org: string; paid: boolean; onPaid(): void }) {
  const client = useQueryClient();
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const [asked, setAsked] = useState(0);
  const subscription = useQuery({
    ...subscriptionQuery(org),
    refetchInterval: ({ state }) => (paid && !state.data?.subscribed && asked < ASK_TIMES ? ASK_MS : false),
  });
  const slow = useDelayed(subscription.isPending);
  const { data } = subscription;
  const { dataUpdatedAt } = subscription;
  useEffect(() => {
    if (dataUpdatedAt > 0) setAsked((n) => n + 1);
  }, [dataUpdatedAt]);
  const done = paid && data?.subscribed ? planName(data.plan.name) : undefined;
  useEffect(() => {
    if (!done) return;
    client.invalidateQueries({ queryKey: orgQuery(org).queryKey }); // what was closed opens again
    toast(`Thank you. ${done} is your plan.`);
    onPaid();
  }, [done, onPaid, client, org]);
  return (
    <>
      <PhoneTitle org={org} title="Plan & billing" />
      {data ? (
        <Billing
          org={org}
          organisation={organisation}
          subscription={data}
          confirming={paid && !data.subscribed ? (asked < ASK_TIMES ? "soon" : "late") : undefined}
        />
      ) : (
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
          ) : slow ? (
            <Card role="status" className="h-[150px] p-[18px]">
              <span className="sr-only">Loading the plan</span>
              <Skeleton className="h-4 w-32" />
            </Card>
          ) : null}
        </Page>
      )}
    </>
  );
}

function Billing({
  org,
  organisation,
  subscription,
  confirming,
}: {
  org: string;
  organisation: Organisation;
  subscription: Subscription;
  /** A payment is on its way, and whether for longer than usual. */
  confirming: "soon" | "late" | undefined;
}) {
  const client = useQueryClient();
  const now = useNow();
  const admin = mayChange(organisation.role);
  const standing = standingOf(subscription, now, organisation.time_zone);
  const checkout = useMutation({ ...beginCheckout(org), onSuccess: ({ url }) => leave(url) });
  const portal = useMutation({ ...openPortal(org), onSuccess: ({ url }) => leave(url) });
  const resume = useMutation({
    ...changeSubscription(org, client),
    onError: (error) => toast(messageOf(error)),
  });
  // Who comes back from there by the browser's Back may find the page as it was left, with its buttons busy.
  useEffect(() => {
    const back = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) return;
      checkout.reset();
      portal.reset();
      client.invalidateQueries({ queryKey: subscriptionQuery(org).queryKey });
    };
    addEventListener("pageshow", back);
    return () => removeEventListener("pageshow", back);
  }, [checkout.reset, portal.reset, client, org]);
  const [dialog, setDialog] = useState<{ cancel: true } | { to: Plan }>();
  const failed = checkout.error ?? portal.error;
  const goPortal = admin && subscription.portal ? () => portal.mutate() : undefined;
  const takeBack = () =>
    resume.mutate({ cancel: false }, { onSuccess: () => toast("The subscription goes on.") });
  const keep = () =>
    resume.mutate(
      { plan: subscription.plan.name },
      { onSuccess: () => toast(`${planName(subscription.plan.name)} stays your plan.`) },
    );
  // On its way to the provider's page the button stays busy.
  const toPortal = portal.isPending || portal.isSuccess;
  return (
    <Page>
      <PageHeader>
        <PageTitle>Plan &amp; billing</PageTitle>
        {goPortal ? (
          <div className="flex min-w-0 items-center gap-3">
            <BilledTo org={org} subscription={subscription} />
            {standing.by === "portal" ? null : <PortalButton working={toPortal} onClick={goPortal} />}
          </div>
        ) : null}
      </PageHeader>
      {confirming ? (
        <Notice tone="warning" className="mb-3">
          {confirming === "soon"
            ? "Your payment is being confirmed. This takes a moment."
            : "Your payment is not confirmed yet. You need not pay again: the plan changes here as soon as it is."}
        </Notice>
      ) : null}
      {failed ? (
        <ErrorState className="mb-3" what="That page could not be opened." message={messageOf(failed)} />
      ) : null}
      {!confirming && standing.tone !== "plain" ? (
        <Notice
          tone={standing.tone}
          className="mb-3 max-md:flex-wrap max-md:py-2.5"
          action={
            !admin ? null : standing.by === "portal" && goPortal ? (
              <PortalButton working={toPortal} onClick={goPortal} className="max-md:w-full" />
            ) : standing.by === "resume" ? (
              <Button working={resume.isPending} className="max-md:h-11 max-md:w-full" onClick={takeBack}>
                Take it back
              </Button>
            ) : null
          }
        >
          {standing.text} {admin ? standing.step : ""}
        </Notice>
      ) : null}
      <div className="flex gap-3 max-lg:flex-col">
        <Current
          subscription={subscription}
          standing={standing}
          admin={admin}
          zone={organisation.time_zone}
          now={now}
          onCancel={() => setDialog({ cancel: true })}
          onResume={takeBack}
          onKeep={keep}
        />
        <Payment
          org={org}
          subscription={subscription}
          standing={standing}
          admin={admin}
          zone={organisation.time_zone}
          now={now}
          onPortal={goPortal}
        />
      </div>
      <Plans
        subscription={subscription}
        admin={admin && !confirming}
        zone={organisation.time_zone}
        now={now}
        going={checkout.isPending || checkout.isSuccess ? checkout.variables : undefined}
        onTake={(plan) => checkout.mutate(plan.name)}
        onChange={(plan) => setDialog({ to: plan })}
      />
      {subscription.billing ? (
        <Invoices org={org} zone={organisation.time_zone} plans={subscription.plans} />
      ) : null}
      {dialog && "to" in dialog ? (
        <ChangeDialog
          org={org}
          subscription={subscription}
          to={dialog.to}
          zone={organisation.time_zone}
          now={now}
          onClose={() => setDialog(undefined)}
          onPortal={
            goPortal &&
            (() => {
              setDialog(undefined);
              goPortal();
            })
          }
        />
      ) : dialog ? (
        <CancelDialog
          org={org}
          subscription={subscription}
          zone={organisation.time_zone}
          now={now}
          onClose={() => setDialog(undefined)}
        />
      ) : null}
    </Page>
  );
}

function PortalButton({
  working,
  className,
  onClick,
}: {
  working: boolean;
  className?: string;
  onClick(): void;
}) {
  return (
    <Button className={cn("max-md:h-11", className)} working={working} onClick={onClick}>
      {working ? null : <ExternalLink aria-hidden />}
      Payment portal
    </Button>
  );
}

function Current({
  subscription,
  standing,
  admin,
  zone,
  now,
  onCancel,
  onResume,
  onKeep,
}: {
  subscription: Subscription;
  standing: Standing;
  admin: boolean;
  zone: string;
  now: Date;
  onCancel(): void;
  onResume(): void;
  /** Takes a change of plan back that is to come. */
  onKeep(): void;
}) {
  const { plan, subscribed, cancel_at, next_plan, next_at, status } = subscription;
  const gone = usedUp(subscription.ai_budget, zone, dayOf(now, zone));
  const limits = limitsOf(subscription, gone && `${gone.what} ${gone.wait} ${gone.step}`);
  const line = nearest(limits);
  return (
    <Card className="flex min-w-0 flex-1 flex-col px-[18px] pt-[17px] pb-[13px]">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="font-semibold text-lead">{planName(plan.name)}</h2>
        <Badge tone="primary">Current plan</Badge>
        <p className="ml-auto text-muted-foreground text-sm max-md:ml-0 max-md:w-full">{standing.line}</p>
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
      {admin && subscribed ? (
        <div className="mt-auto pt-2">
          {next_plan && next_at && status === "active" ? (
            <Row
              name={`Switch to ${planName(next_plan)} on ${formatDate(dayOf(next_at, zone), dayOf(now, zone))}`}
              button={`Keep ${planName(plan.name)}`}
              onClick={onKeep}
            />
          ) : null}
          {!cancel_at ? (
            <Row name="Subscription" button="Cancel" onClick={onCancel} />
          ) : standing.by === "resume" ? null : (
            <Row name="Subscription is cancelled" button="Take it back" onClick={onResume} />
          )}
        </div>
      ) : null}
    </Card>
  );
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

/** How it is paid, and where invoices go. */
function Payment({
  org,
  subscription,
  standing,
  admin,
  zone,
  now,
  onPortal,
}: {
  org: string;
  subscription: Subscription;
  standing: Standing;
  admin: boolean;
  zone: string;
  now: Date;
  /** Left out: there is no portal for the reader. */
  onPortal: (() => void) | undefined;
}) {
  return (
    <Card className="w-[372px] shrink-0 px-[18px] pt-[15px] pb-[13px] max-lg:w-full">
      <h2 className="font-semibold text-base tracking-[-0.012em]">Payment</h2>
      {standing.tone === "plain" ? (
        <p className="mt-1.5 mb-3 text-pretty text-muted-foreground text-sm">
          {standing.text} {admin || !subscription.billing ? standing.step : ""}
        </p>
      ) : null}
      {onPortal ? (
        <PayerLines org={org} subscription={subscription} zone={zone} now={now} onPortal={onPortal} />
      ) : null}
      {admin || !subscription.billing ? null : (
        <>
          <ViewerLine what="change the plan, or how it is paid" className="mt-2" />
          <Admins org={org} />
        </>
      )}
      {admin && standing.tone !== "plain" && !onPortal && !subscription.subscribed ? (
        <p className="mt-1.5 text-muted-foreground text-sm">
          A plan is paid by the month, on the pages of the payment provider.
        </p>
      ) : null}
    </Card>
  );
}

function Row({ name, button, onClick }: { name: string; button: string; onClick(): void }) {
  return (
    <div className="mt-2 flex min-h-9 items-center justify-between gap-3 border-t pt-2 text-sm max-md:min-h-11">
      <span className="text-muted-foreground">{name}</span>
      <Button
        look="link"
        className="touch-target shrink-0 font-medium text-sm"
        aria-label={`${button}: ${name}`}
        onClick={onClick}
      >
        {button}
      </Button>
    </div>
  );
}

function Plans({
  subscription,
  admin,
  zone,
  now,
  going,
  onTake,
  onChange,
}: {
  subscription: Subscription;
  admin: boolean;
  zone: string;
  now: Date;
  /** The plan to whose checkout the reader is on their way. */
  going: string | undefined;
  onTake(plan: Plan): void;
  onChange(plan: Plan): void;
}) {
  const { plan, plans, billing, subscribed, status, cancel_at, next_plan, next_at } = subscription;
  // What is not paid is paid before, and of what was cancelled that is taken back before.
  const changes = (status === "trialing" || status === "active") && !cancel_at;
  const { price } = subscription;
  const listed =
    price?.currency === "USD" && price.every === "month" && price.count === 1 && !price.discounted;
  const otherPrice = price && !(listed && price.minor === plan.price_cents) ? price : undefined;
  // Where a plan is not for sale and nothing can be bought, prices mean nothing.
  if (!billing && !plans.some((p) => p.name === plan.name)) return null;
  const button = (p: Plan) => {
    if (!billing || !admin) return null;
    if (p.by_agreement)
      return p.name === plan.name ? null : (
        <p className="text-muted-foreground text-sm">Ask the operator of this installation for an offer.</p>
      );
    if (subscribed && p.name === plan.name)
      return (
        <Button disabled className="w-full max-md:h-11">
          Your plan
        </Button>
      );
    if (subscribed && !changes) return null;
    if (subscribed && p.name === next_plan)
      return (
        <Button disabled className="w-full max-md:h-11">
          {next_at ? `From ${formatDate(dayOf(next_at, zone), dayOf(now, zone))}` : "Your next plan"}
        </Button>
      );
    return (
      <Button
        look={!subscribed && p.name === plan.name ? "primary" : "outline"}
        className="w-full max-md:h-11"
        working={going === p.name}
        disabled={going !== undefined && going !== p.name}
        onClick={() => (subscribed ? onChange(p) : onTake(p))}
      >
        {subscribed ? "Switch to" : "Choose"} {planName(p.name)}
      </Button>
    );
  };
  return (
    <section aria-labelledby="plans">
      <h2 id="plans" className="mt-[18px] mb-3 font-semibold text-base tracking-[-0.012em]">
        Plans
      </h2>
      <Card className="overflow-hidden">
        <ul className="flex max-md:flex-col">
          {plans.map((p) => (
            <Offer
              key={p.name}
              plan={p}
              own={p.name === plan.name}
              charge={p.name === plan.name ? otherPrice : undefined}
            >
              {button(p)}
            </Offer>
          ))}
        </ul>
      </Card>
      <p className="mt-2 text-pretty text-muted-foreground text-sm">
        Mails and AI count by the calendar month: they begin anew on the 1st, also in a trial, whatever day a
        plan is paid on.
      </p>
    </section>
  );
}

/** One plan beside the others. Its numbers come from the table of plans, never from here. */
function Offer({
  plan,
  own,
  charge,
  children,
}: {
  plan: Plan;
  own: boolean;
  /** What is taken for it, where that is another price than it has now. */
  charge?: Charge;
  children: ReactNode;
}) {
  return (
    <li
      className={cn(
        "flex flex-1 flex-col px-[22px] pt-5 pb-5 not-last:border-r max-md:not-last:border-r-0 max-md:not-last:border-b",
        own && "bg-secondary shadow-[inset_0_2px_0_var(--primary)]",
      )}
    >
      <h3 className="flex items-center gap-2 font-semibold text-lead">
        {planName(plan.name)}
        {own && !children ? <Badge tone="primary">Your plan</Badge> : null}
      </h3>
      <p className="mt-1">
        <span className="font-semibold text-figure">
          {plan.by_agreement ? "Let’s talk" : formatCents(plan.price_cents)}
        </span>{" "}
        <span className="text-muted-foreground text-sm">
          {plan.by_agreement ? "price by agreement" : "per month"}
        </span>
      </p>
      {charge ? <p className="font-medium text-sm">You pay {chargeText(charge)}</p> : null}
      {forWhom[plan.name] ? <p className="text-muted-foreground text-sm">{forWhom[plan.name]}</p> : null}
      <ul className="mt-3 flex flex-col gap-2">
        {offersOf(plan).map((words) => (
          <li key={words} className="flex items-center gap-2.5 text-sm">
            <Check aria-hidden className="size-4 shrink-0 text-primary" strokeWidth={1.75} />
            {words}
          </li>
        ))}
      </ul>
      {children ? <div className="mt-auto pt-5">{children}</div> : null}
    </li>
  );
}
