import { BellRing } from "lucide-react";
import type { Subscription } from "../../api/types";
import { dayOf, formatDate } from "../../lib/dates";

const words: Record<Subscription["alerts"][number]["of"], string> = {
  emails: "the plan’s mails",
  ai_budget: "the AI budget",
  storage: "the storage",
};

/** The greatest share of each limit that was reached this month, and on which day. */
export function reachedOf(alerts: Subscription["alerts"], zone: string, today: string): string[] {
  const kinds = Object.keys(words) as (keyof typeof words)[];
  return kinds.flatMap((of) => {
    const most = alerts.filter((a) => a.of === of).sort((a, b) => b.percent - a.percent)[0];
    return most ? [`${most.percent}% of ${words[of]} on ${formatDate(dayOf(most.at, zone), today)}`] : [];
  });
}

/** What admins were told of by mail, said here as well. */
export function Reached({
  alerts,
  zone,
  today,
}: {
  alerts: Subscription["alerts"];
  zone: string;
  today: string;
}) {
  const reached = reachedOf(alerts, zone, today);
  if (reached.length === 0) return null;
  return (
    <p className="mb-3 flex items-start gap-2 text-sm text-warning">
      <BellRing className="mt-0.5 size-4 shrink-0" aria-hidden />
      Reached this month: {reached.join(", ")}.
    </p>
  );
}
