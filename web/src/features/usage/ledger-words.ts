import type { LedgerEntry, Usage } from "../../api/types";
import { formatFineMicroUSD } from "../../lib/money";
import type { Place } from "./place";

const outcomes: Record<LedgerEntry["outcome"], string> = {
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

/** What became of a call that brought nothing; undefined where it was answered. */
export function troubleOf(entry: Pick<LedgerEntry, "outcome">): string | undefined {
  return entry.outcome === "answered" ? undefined : outcomes[entry.outcome];
}

/** What a call counts against the budget, in words where that is no amount. */
export function costOf(entry: Pick<LedgerEntry, "outcome" | "cost_micro_usd" | "charged_micro_usd">): {
  text: string;
  amount: boolean;
} {
  if (entry.outcome === "started") return { text: "Not yet known", amount: false };
  if (entry.outcome !== "answered") return { text: "Not charged", amount: false };
  if (entry.cost_micro_usd === null) return { text: "Not known", amount: false };
  // A second answer for the same part of a mail is not charged again.
  if (entry.charged_micro_usd === 0 && entry.cost_micro_usd > 0)
    return { text: "Not charged", amount: false };
  return { text: formatFineMicroUSD(entry.charged_micro_usd), amount: true };
}

/** "0.6 s", "84 s" */
export function tookWords(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** How many calls the filters leave, as far as the sums say so. */
export function callsOf(usage: Usage, { project, model }: Place): number | undefined {
  if (project && model) return undefined;
  if (project) return usage.projects.find((p) => p.project_id === project)?.calls ?? 0;
  if (model) return usage.models.find((m) => m.id === model)?.calls ?? 0;
  return usage.calls;
}
