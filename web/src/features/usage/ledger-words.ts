import type { LedgerEntry, Usage } from "../../api/types";
import { formatFineMicroUSD } from "../../lib/money";
import { bySettings, type Narrow, type Outcome } from "./place";

const outcomes: Record<Outcome, string> = {
  started: "Under way",
  answered: "Answered",
  invalid: "Answer of no use",
  refused: "Refused",
  limited: "Too many requests",
  unavailable: "No answer",
  timeout: "Took too long",
  not_sent: "Not sent",
  unknown: "Broken off",
};

/** What became of a call. */
export const outcomeWords = (outcome: Outcome) => outcomes[outcome];

/** What became of a call that brought nothing; undefined where it was answered. */
export function troubleOf(entry: Pick<LedgerEntry, "outcome">): string | undefined {
  return entry.outcome === "answered" ? undefined : outcomes[entry.outcome];
}

/**
 * What a call counts against the budget, in words where that is no amount. Against one's own, attempts
 * that are not charged count as well.
 */
export function costOf(
  entry: Pick<LedgerEntry, "outcome" | "cost_micro_usd" | "charged_micro_usd" | "most_micro_usd">,
  own = false,
): { text: string; amount: boolean } {
  const { outcome, cost_micro_usd: cost, charged_micro_usd: charged, most_micro_usd: most } = entry;
  const atMost = (micro: number) => ({ text: `At most ${formatFineMicroUSD(micro)}`, amount: true });
  if (outcome === "started") return { text: "Not yet known", amount: false };
  if (own) {
    if (cost !== null) return { text: formatFineMicroUSD(cost), amount: true };
    return most !== null ? atMost(most) : { text: "Not known", amount: false };
  }
  if (outcome !== "answered") return { text: "Not charged", amount: false };
  // A second answer for the same part of a mail is not charged again.
  if (cost === null)
    return charged > 0
      ? atMost(charged)
      : { text: most === null ? "Not known" : "Not charged", amount: false };
  if (charged === 0 && cost > 0) return { text: "Not charged", amount: false };
  return { text: formatFineMicroUSD(charged), amount: true };
}

/** "0.6 s", "84 s" */
export function tookWords(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** How many calls the filters leave, as far as the sums say so. */
export function callsOf(usage: Usage, filter: Narrow): number | undefined {
  const { project, model, step, person, outcome, email } = filter;
  const set = [project, model, step, person, outcome, email].filter((f) => f !== undefined);
  if (set.length === 0) return usage.calls;
  if (set.length > 1 || outcome || email) return undefined;
  if (project) return usage.projects.find((p) => p.project_id === project)?.calls ?? 0;
  const shares = model ? usage.models : step ? usage.steps : usage.people;
  const id = person === bySettings ? "" : set[0];
  return shares.find((s) => s.id === id)?.calls ?? 0;
}
