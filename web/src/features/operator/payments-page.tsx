import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { paymentsQuery, refreshOperator, retryUse } from "../../api/queries/operator";
import type { OperatorPayments } from "../../api/types";
import { dayOf, formatDate } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { formatFineMicroUSD, plural } from "../../lib/money";
import { Badge } from "../../ui/badge";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { IconButton } from "../../ui/icon-button";
import { Notice } from "../../ui/notice";
import { toast } from "../../ui/toast";
import { cellClasses, numberClasses, rowClasses, type StepUp, TablePage } from "./table";

type Entry = OperatorPayments["items"][number];

const columns = [
  { label: "Organisation" },
  { label: "Day" },
  { label: "Amount", number: true },
  { label: "State" },
  { label: "Tries", number: true, wide: true },
  { label: "Why", wide: true },
  { label: "Actions", number: true },
];

/** Use that the payment provider is not told of and why, and who pays twice. */
export function PaymentsPage({ stepUp }: { stepUp: StepUp }) {
  const client = useQueryClient();
  const payments = useQuery(paymentsQuery);
  const today = dayOf(useNow());
  const [asked, setAsked] = useState<Entry | null>(null);
  const retry = useMutation({
    mutationFn: (e: Entry) => stepUp(() => retryUse(e.organisation_id, e.id)),
    onSuccess: async () => {
      await refreshOperator(client);
      setAsked(null);
      toast("It is told again within a quarter of an hour.");
    },
  });
  return (
    <>
      {payments.data?.twice.map((o) => (
        <Notice key={o.organisation_id} tone="warning" className="mx-7 mt-4 max-md:mx-4">
          <Link
            to="/operator/organisations/$id"
            params={{ id: o.organisation_id }}
            className="font-medium hover:underline"
          >
            {o.organisation}
          </Link>{" "}
          pays for {plural(o.others, "more subscription")} beside the one that counts. Nothing is done about
          it by itself: end what is too much at the payment provider.
        </Notice>
      ))}
      <TablePage
        title="Payments"
        note="Use of models that the payment provider is not told of yet. What waits is told by itself; what is stuck needs a look."
        what="The outbox"
        empty="The payment provider has been told of all use that is counted."
        query={payments}
        columns={columns}
        row={(e) => (
          <tr key={e.id} className={rowClasses}>
            <td className={cellClasses}>
              <Link
                to="/operator/organisations/$id"
                params={{ id: e.organisation_id }}
                className="font-medium hover:underline"
              >
                {e.organisation}
              </Link>
            </td>
            <td className={`${cellClasses} whitespace-nowrap tabular-nums`}>{formatDate(e.day, today)}</td>
            <td className={numberClasses}>{formatFineMicroUSD(e.amount_micro_usd)}</td>
            <td className={cellClasses}>
              <Badge tone={e.state === "stuck" ? "warning" : "neutral"}>
                {e.state === "stuck" ? "Stuck" : "Waits"}
              </Badge>
            </td>
            <td className={`${numberClasses} max-lg:hidden`}>{e.tries}</td>
            <td className={`${cellClasses} text-muted-foreground max-lg:hidden`}>{e.problem}</td>
            <td className={cellClasses}>
              {e.state === "stuck" ? (
                <span className="flex justify-end">
                  <IconButton
                    size="small"
                    look="ghost"
                    label={`Tell again: ${e.organisation}, ${e.day}`}
                    hint="Tell again"
                    icon={<RotateCcw aria-hidden />}
                    onClick={() => setAsked(e)}
                  />
                </span>
              ) : null}
            </td>
          </tr>
        )}
      />
      {asked ? (
        <ConfirmDialog
          title="Tell it again?"
          description={`${asked.problem ?? ""} Look at the payment provider first that it has not counted ${asked.id}: told again after a day, it would count twice.`.trim()}
          keep="Not yet"
          action="Tell it again"
          working={retry.isPending}
          error={retry.error ? messageOf(retry.error) : undefined}
          onConfirm={() => retry.mutate(asked)}
          onClose={() => {
            retry.reset();
            setAsked(null);
          }}
        />
      ) : null}
    </>
  );
}
