import type { AIBudget, Usage } from "../../api/types";
import { plural } from "../../lib/money";

/** Whole micro-USD for each mail, to the nearest; undefined where no mail came. */
export function perMail(of: Pick<Usage, "cost_micro_usd" | "emails">): number | undefined {
  return of.emails > 0 ? Math.round(of.cost_micro_usd / of.emails) : undefined;
}

/** What a month is likely to come to: what it came to so far, and what is expected yet. */
export function projected(usage: Usage): { micro: number; emails: number } {
  return usage.ahead.reduce(
    (sum, day) => ({ micro: sum.micro + day.cost_micro_usd, emails: sum.emails + day.emails }),
    { micro: usage.cost_micro_usd, emails: usage.emails },
  );
}

/**
 * Whether models were asked and nothing is known of what any of it cost. `charged`: what counts is what a
 * plan charges, and that is known of every call.
 */
export function priceless(
  of: { calls: number; unpriced: number; cost_micro_usd: number },
  charged = false,
): boolean {
  return !charged && of.unpriced > 0 && of.unpriced === of.calls && of.cost_micro_usd === 0;
}

/** Whole percent used of a limit, rounded down so that 100 means all of it. */
export function percent(used: number, limit: number): number {
  return Math.floor((used / limit) * 100);
}

/** Of calls whose cost is not known, which are in the spend and which are not. `budget` is that of the days, if any. */
export function doubtsOf(
  { unpriced, assumed }: Pick<Usage, "unpriced" | "assumed">,
  budget: Pick<AIBudget, "own"> | undefined,
): string[] {
  if (unpriced === 0) return [];
  if (budget?.own)
    return [
      "Calls whose cost is not known are in it at the most they can have cost, where their price was known.",
    ];
  const are = (n: number) => `${plural(n, "call")} of unknown cost ${n === 1 ? "is" : "are"}`;
  // Against the budget of a plan the others are not charged, whatever they cost.
  const out = budget ? 0 : unpriced - assumed;
  return [
    ...(assumed > 0
      ? [`${are(assumed)} in it at the most ${assumed === 1 ? "it" : "they"} can have cost.`]
      : []),
    ...(out > 0 ? [`${are(out)} not in it.`] : []),
  ];
}

/** Of calls that are not charged against the budget of a plan; empty where there are none. */
export function unchargedWords(
  { unpriced, assumed }: Pick<Usage, "unpriced" | "assumed">,
  budget: Pick<AIBudget, "own"> | undefined,
): string {
  const n = unpriced - assumed;
  if (!budget || budget.own || n <= 0) return "";
  return n === 1
    ? "1 call is not charged: it brought nothing, or is not finished yet."
    : `${plural(n, "call")} are not charged: they brought nothing, or are not finished yet.`;
}
