import { useMutation, useQueryClient } from "@tanstack/react-query";
import { messageOf } from "../../api/client";
import { changeSubscription } from "../../api/queries/billing";
import type { Subscription } from "../../api/types";
import { planName } from "../../domain/plan";
import { addDays, dayOf, formatDate } from "../../lib/dates";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { toast } from "../../ui/toast";
import { KEPT_DAYS } from "./standing";

/** Asks before a subscription is cancelled, and says until when what holds. */
export function CancelDialog({
  org,
  subscription,
  zone,
  now,
  onClose,
}: {
  org: string;
  subscription: Subscription;
  zone: string;
  now: Date;
  onClose(): void;
}) {
  const client = useQueryClient();
  const cancel = useMutation(changeSubscription(org, client));
  const { status, period_end, next_plan } = subscription;
  const today = dayOf(now, zone);
  const last = period_end ? dayOf(period_end, zone) : today;
  const until = formatDate(last, today);
  const reads = status === "active" || status === "trialing";
  return (
    <ConfirmDialog
      title="Cancel the subscription?"
      description={
        reads
          ? `Mail is read until ${until}, and nothing is charged from then on. After that mail is received and kept, and not read; what is kept can be read and exported until ${formatDate(addDays(last, KEPT_DAYS), today)}. You can take this back until ${until}.${next_plan ? ` The switch to ${planName(next_plan)} is dropped.` : ""}`
          : `It ends on ${until}, and nothing is charged from then on. You can take this back until then.`
      }
      keep="Keep it"
      action="Cancel subscription"
      working={cancel.isPending}
      error={cancel.error ? messageOf(cancel.error) : undefined}
      onConfirm={() =>
        cancel.mutate(
          { cancel: true },
          {
            onSuccess: () => {
              onClose();
              toast(`The subscription ends on ${until}.`);
            },
          },
        )
      }
      onClose={onClose}
    />
  );
}
