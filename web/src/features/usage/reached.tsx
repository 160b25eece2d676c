import { BellRing } from "lucide-react";
import type { Subscription } from "../../api/types";
import { dayOf, formatDate } from "../../lib/dates";

const words: Record<Subscription["alerts"][number]["of"], string> = {
  emails: "the plan’s mails",
  ai_budget: "the AI budget",
  storage: "the storage",
};

/** The greatest share of each limit, as it is now, that was reached this month, and on which day. */
export function reachedOf(
  alerts: Subscription["alerts"],
  limits: Subscription["limits"],
  zone: string,
  today: string,
): string[] {
  const kinds = Object.keys(words) as (keyof typeof words)[];
  const now = { emails: limits.emails, ai_budget: limits.budget_micro_usd, storage: limits.storage_bytes };
  return kinds.flatMap((of) => {
    // A share of a smaller limit, before it grew, is none of this one.
    const holds = alerts.filter((a) => a.of === of && (a.limit === 0 || a.limit >= now[of]));
    const most = holds.sort((a, b) => b.percent - a.percent)[0];
    return most ? [`${most.percent}% of ${words[of]} on ${formatDate(dayOf(most.at, zone), today)}`] : [];
  });
}

/** What admins were told of by mail, said here as well. */
export function Reached({
  alerts,
  limits,
  zone,
  today,
}: {
  alerts: Subscription["alerts"];
  limits: Subscription["limits"];
  zone: string;
  today: string;
}) {
  const reached = reachedOf(alerts, limits, zone, today);
  if (reached.length === 0) return null;
  return (
    <p className="mb-3 flex items-start gap-2 text-sm text-warning">
      <BellRing className="mt-0.5 size-4 shrink-0" aria-hidden />
      Reached this month: {reached.join(", ")}.
    </p>
  );
}
