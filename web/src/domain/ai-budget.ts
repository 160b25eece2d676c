import type { AIBudget } from "../api/types";
import { dayOf, formatDate } from "../lib/dates";
import { formatMicroUSD, plural } from "../lib/money";

/** What there is to say of an AI budget that is used up. */
export interface UsedUp {
  /** That it is, and what is left. */
  what: string;
  /** How many mails wait, and until when. */
  wait: string;
  /** What can be done about it. */
  step: string;
}

/** What everybody has to know once mail waits for AI budget; undefined: none does. */
export function usedUp(budget: AIBudget | undefined, zone: string, today: string): UsedUp | undefined {
  if (!budget?.used_up) return;
  const { limit_micro_usd: limit, used_micro_usd: used, left_micro_usd: left, waiting, own } = budget;
  const money = formatMicroUSD(left);
  const why =
    limit - used > left
      ? `: attempts that are not charged, or whose cost nobody knows, came to as much as they may in a month. ${money} is left for calls, too little for the next`
      : left > 0
        ? `: the ${money} left of it is too little for the next call of a model`
        : "";
  const until = formatDate(dayOf(budget.renews_at, zone), today);
  return {
    what: `This month’s AI budget is used up${why}.`,
    wait: `${plural(waiting, "mail")} ${waiting === 1 ? "waits" : "wait"} for a model until ${until}, or until the budget grows. Meanwhile what was read by the rules stands.`,
    step: own
      ? "Whoever runs this installation can raise it."
      : "A greater plan, where there is one, has a greater budget.",
  };
}
