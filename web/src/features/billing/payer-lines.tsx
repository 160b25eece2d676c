import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CreditCard, Landmark } from "lucide-react";
import type { ReactNode } from "react";
import { messageOf } from "../../api/client";
import { payerQuery } from "../../api/queries/billing";
import type { Payer, Subscription } from "../../api/types";
import { dayOf, formatDate } from "../../lib/dates";
import { formatAmount } from "../../lib/money";
import { Button } from "../../ui/button";
import { Skeleton } from "../../ui/skeleton";
import { nameOfCard, wordsOfWay } from "./payer";

/** Where invoices go, beside the title of the page. */
export function BilledTo({ org, subscription }: { org: string; subscription: Subscription }) {
  const { data } = useQuery(payerQuery(org, subscription));
  if (!data?.email) return null;
  return <p className="min-w-0 truncate text-muted-foreground text-sm">Billed to {data.email}</p>;
}

/** What is charged, and where invoices go; it is changed in the portal. */
export function PayerLines({
  org,
  subscription,
  zone,
  now,
  onPortal,
}: {
  org: string;
  subscription: Subscription;
  zone: string;
  now: Date;
  onPortal(): void;
}) {
  const payer = useQuery(payerQuery(org, subscription));
  const { data } = payer;
  if (payer.isError && !data) {
    return (
      <Line name="Card and billing address" button="Change" onClick={onPortal}>
        <p className="mt-1 text-muted-foreground text-sm" role="status">
          They could not be read just now. {messageOf(payer.error)}{" "}
          <Button look="link" className="touch-target text-sm" onClick={() => payer.refetch()}>
            Try again
          </Button>
        </p>
      </Line>
    );
  }
  if (!data) {
    return (
      <div role="status" className="flex h-[84px] flex-col gap-2.5 pt-3">
        <span className="sr-only">Loading how it is paid</span>
        <Skeleton className="h-3.5 w-40" />
        <Skeleton className="h-3.5 w-28" />
      </div>
    );
  }
  return (
    <>
      <Method payer={data} subscription={subscription} zone={zone} now={now} onPortal={onPortal} />
      <Line name="Tax ID and billing address" button="Edit" onClick={onPortal}>
        {data.name || data.address.length > 0 ? (
          <address className="mt-0.5 text-pretty text-sm not-italic">
            {[data.name, ...data.address].filter(Boolean).join(", ")}
          </address>
        ) : null}
        {data.email ? (
          <p className="truncate text-muted-foreground text-sm md:hidden">Invoices go to {data.email}</p>
        ) : null}
      </Line>
    </>
  );
}

function Method({
  payer,
  subscription,
  zone,
  now,
  onPortal,
}: {
  payer: Payer;
  subscription: Subscription;
  zone: string;
  now: Date;
  onPortal(): void;
}) {
  const { card, way } = payer;
  const { subscribed, cancel_at, period_end } = subscription;
  const goesOn = subscribed && !cancel_at;
  if (!way && !goesOn) return null; // nothing is to be charged
  const Icon = way && !card ? Landmark : CreditCard;
  const due =
    period_end && new Date(period_end) > now
      ? ` on ${formatDate(dayOf(period_end, zone), dayOf(now, zone))}`
      : "";
  const { next } = payer;
  const trouble = !way
    ? `Without one the next payment${due} fails. Add one in the payment portal.`
    : payer.late
      ? `It expires before the next payment${due}. Change it in the payment portal.`
      : "";
  return (
    <div className="py-2">
      <div className="flex items-center gap-3">
        <span className="flex h-7 w-10 shrink-0 items-center justify-center rounded-control border bg-secondary">
          <Icon aria-hidden className="size-4 text-muted-foreground" strokeWidth={1.75} />
        </span>
        <p className="min-w-0 flex-1 text-sm">
          {card ? nameOfCard(card) : way ? wordsOfWay(way) : "No card or other way to pay"}
          {card ? (
            <span className="block text-muted-foreground text-xs tabular-nums">
              Expires {String(card.exp_month).padStart(2, "0")} / {card.exp_year}
            </span>
          ) : null}
        </p>
        <Button
          look="link"
          className="touch-target font-medium text-sm"
          aria-label={way ? "Change how you pay" : "Add a way to pay"}
          onClick={onPortal}
        >
          {way ? "Change" : "Add"}
        </Button>
      </div>
      {next && due ? (
        <p className="mt-2 text-pretty text-muted-foreground text-sm">
          Next payment: {formatAmount(next)}
          {due}, with taxes and discounts.
        </p>
      ) : null}
      {trouble ? (
        <p className="mt-2 flex items-start gap-1.5 text-sm text-warning">
          <CircleAlert aria-hidden className="mt-px size-4 shrink-0" strokeWidth={1.75} />
          {trouble}
        </p>
      ) : null}
    </div>
  );
}

function Line({
  name,
  button,
  onClick,
  children,
}: {
  name: string;
  button: string;
  onClick(): void;
  children: ReactNode;
}) {
  return (
    <div className="mt-1 border-t pt-2 pb-1">
      <div className="flex min-h-6 items-center justify-between gap-3 text-sm max-md:min-h-11">
        <span className="text-muted-foreground">{name}</span>
        <Button
          look="link"
          className="touch-target font-medium text-sm"
          aria-label={`${button}: ${name}`}
          onClick={onClick}
        >
          {button}
        </Button>
      </div>
      {children}
    </div>
  );
}
