import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { messageOf } from "../../api/client";
import { changeSubscription, planChangeQuery } from "../../api/queries/billing";
import type { Plan, PlanChange, Subscription } from "../../api/types";
import { planName } from "../../domain/plan";
import { dayOf, formatDate } from "../../lib/dates";
import { formatAmount, formatCents } from "../../lib/money";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { ErrorState } from "../../ui/error-state";
import { Notice } from "../../ui/notice";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";
import { overOf } from "./limits";

/** Says what another plan costs, now and from then on, before it is changed to. */
export function ChangeDialog({
  org,
  subscription,
  to,
  zone,
  now,
  onClose,
}: {
  org: string;
  subscription: Subscription;
  to: Plan;
  zone: string;
  now: Date;
  onClose(): void;
}) {
  const client = useQueryClient();
  const cost = useQuery(planChangeQuery(org, to.name));
  const change = useMutation(changeSubscription(org, client));
  const name = planName(to.name);
  const over = overOf(to, subscription.used);
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title={`Switch to ${name}?`}
      description="The plan and its limits change at once."
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
      {cost.data ? <Cost cost={cost.data} to={to} zone={zone} now={now} /> : null}
      {over.length > 0 ? (
        <Notice tone="warning" className="mb-3 py-2">
          More is used than {name} has: {new Intl.ListFormat("en").format(over)}. Nothing is taken away, and
          no more can be added.
        </Notice>
      ) : null}
      {change.error ? (
        <Notice tone="danger" className="mb-3">
          {messageOf(change.error)}
        </Notice>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button className="max-md:h-11" onClick={onClose}>
          Keep {planName(subscription.plan.name)}
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
                  toast(`${name} is your plan now.`);
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

function Cost({ cost, to, zone, now }: { cost: PlanChange; to: Plan; zone: string; now: Date }) {
  const money = (minor: number) => formatAmount({ minor, currency: cost.currency });
  const { prorated, due, due_total } = cost;
  const day = due ? formatDate(dayOf(due, zone), dayOf(now, zone)) : "";
  return (
    <dl className="mb-4 border-t text-sm">
      <Line name="Charged today">Nothing</Line>
      {prorated === 0 ? null : (
        <Line name={prorated > 0 ? `More for the days until ${day}` : `Credit for the days until ${day}`}>
          {money(Math.abs(prorated))}
        </Line>
      )}
      <Line name={`Next payment${day && `, ${day}`}`}>
        {due_total < 0 ? `Nothing, and ${money(-due_total)} is left as credit` : money(due_total)}
      </Line>
      <Line name="After that, a month">{formatCents(to.price_cents)}</Line>
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
