import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError, messageOf } from "../../api/client";
import { changeSubscription, planChangeQuery } from "../../api/queries/billing";
import type { Plan, PlanChange, Subscription } from "../../api/types";
import { planName } from "../../domain/plan";
import { dayOf, formatDate } from "../../lib/dates";
import { formatAmount } from "../../lib/money";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { ErrorState } from "../../ui/error-state";
import { Notice } from "../../ui/notice";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";
import { overOf } from "./limits";

/** Says what another plan costs and when it begins, before it is changed to. */
export function ChangeDialog({
  org,
  subscription,
  to,
  zone,
  now,
  onClose,
  onPortal,
}: {
  org: string;
  subscription: Subscription;
  to: Plan;
  zone: string;
  now: Date;
  onClose(): void;
  /** Leads to where a bank can ask, and another card is added. */
  onPortal?(): void;
}) {
  const client = useQueryClient();
  const cost = useQuery(planChangeQuery(org, to.name));
  const change = useMutation(changeSubscription(org, client));
  const name = planName(to.name);
  const present = planName(subscription.plan.name);
  const over = overOf(to, subscription.used);
  const day = (at: string | undefined) => (at ? formatDate(dayOf(at, zone), dayOf(now, zone)) : "");
  const from = day(cost.data?.from);
  const trial = subscription.status === "trialing";
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title={`Switch to ${name}?`}
      description={
        !cost.data
          ? "This says what it costs, and from when on, before anything changes."
          : from
            ? `${present} is paid for, and stays with its limits until ${from}. ${name} begins then. You can take this back until then.`
            : trial
              ? `The plan and its limits change at once. Nothing is charged, and the trial ends as before.`
              : "The plan and its limits change at once, and you pay by the month from today on."
      }
    >
      {cost.isError ? (
        <ErrorState
          className="mb-3"
          what="What it costs could not be found out."
          message={messageOf(cost.error)}
          retry={() => cost.refetch()}
        />
      ) : null}
      {cost.isPending ? (
        <div role="status" className="mb-4 flex flex-col gap-3 border-t pt-3">
          <span className="sr-only">Asking what it costs</span>
          <Skeleton className="h-4 w-2/3" />
          <Skeleton className="h-4 w-1/2" />
        </div>
      ) : null}
      {cost.data ? <Cost cost={cost.data} present={present} day={day} trial={trial} /> : null}
      {over.length > 0 ? (
        <Notice tone="warning" className="mb-3 py-2">
          More is used than {name} has: {new Intl.ListFormat("en").format(over)}. Nothing is taken away, and
          no more can be added{from ? ` from ${from} on` : ""}.
        </Notice>
      ) : null}
      {change.error ? (
        <Notice tone="danger" className="mb-3">
          {messageOf(change.error)}
        </Notice>
      ) : null}
      {onPortal && change.error instanceof ApiError && change.error.code === "conflict" ? (
        <Button className="mb-3 w-full max-md:h-11" onClick={onPortal}>
          <ExternalLink aria-hidden />
          Payment portal
        </Button>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button className="max-md:h-11" onClick={onClose}>
          Keep {present}
        </Button>
        <Button
          look="primary"
          className="max-md:h-11"
          disabled={!cost.data}
          working={change.isPending}
          onClick={() =>
            change.mutate(
              { plan: to.name },
              {
                onSuccess: () => {
                  onClose();
                  toast(from ? `${present} until ${from}, then ${name}.` : `${name} is your plan now.`);
                },
              },
            )
          }
        >
          Switch to {name}
        </Button>
      </div>
    </Dialog>
  );
}

function Cost({
  cost,
  present,
  day,
  trial,
}: {
  cost: PlanChange;
  present: string;
  day(at: string | undefined): string;
  trial: boolean;
}) {
  const money = (minor: number) => formatAmount({ minor, currency: cost.currency });
  const name = planName(cost.plan);
  const { price, credit, today, from, due } = cost;
  const atOnce = !from && !trial;
  const other = today - price + credit; // taxes, and what else the operator charges or takes off
  return (
    <dl className="mb-4 border-t text-sm">
      {atOnce ? (
        <>
          <Line name={`A month of ${name}, from today`}>{money(price)}</Line>
          {credit > 0 ? (
            <Line name={`Less the rest of ${present}, which is paid`}>{`−${money(credit)}`}</Line>
          ) : null}
          {other === 0 ? null : (
            <Line name="Taxes, discounts and earlier credit">
              {`${other < 0 ? "−" : ""}${money(Math.abs(other))}`}
            </Line>
          )}
        </>
      ) : null}
      <Line name="Charged today">{atOnce ? money(today) : "Nothing"}</Line>
      <Line name={atOnce ? `Next payment, ${day(due)}` : `From ${day(due)} on, a month`}>{money(price)}</Line>
    </dl>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 border-b py-2">
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="text-right font-medium tabular-nums">{children}</dd>
    </div>
  );
}
