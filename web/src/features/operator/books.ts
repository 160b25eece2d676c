import type { Amount, Books } from "../../api/types";
import { formatAmount, formatCount, formatMicroUSD } from "../../lib/money";

type Near = Books["near"][number];

/** Micro-USD that may be below nothing. */
function signed(micro: number): string {
  return micro < 0 ? `−${formatMicroUSD(-micro)}` : formatMicroUSD(micro);
}

/** What is left of a month's income: at most so much, where the price of some calls is not known. In words where it is not known in US dollars. */
export function marginOf(month: { margin_micro_usd: number | null; unpriced: number }): string {
  if (month.margin_micro_usd === null) return "Not known";
  const margin = signed(month.margin_micro_usd);
  return month.unpriced > 0 ? `At most ${margin}` : margin;
}

/** What was paid, each currency on its own; in words where nobody said whether anything was. */
export function incomeOf(month: { income: readonly Amount[]; margin_micro_usd: number | null }): string {
  const unsaid = month.income.length === 0 && month.margin_micro_usd === null;
  return unsaid ? "Not known" : month.income.map(formatAmount).join(" + ") || "–";
}

/** What models cost; where the price of some calls is not known, that is said. */
export function costOf(month: { cost_micro_usd: number; unpriced: number }): string {
  const known = formatMicroUSD(month.cost_micro_usd);
  if (month.unpriced === 0) return known;
  return month.cost_micro_usd > 0 ? `${known} and more` : "Not known";
}

const limits: Record<Near["of"], string> = {
  emails: "Mails",
  projects: "Projects",
  users: "Members",
  ai_budget: "AI budget",
  storage: "Storage",
};

/** A limit that is near, in words: "Mails 90 %". */
export function nearOf(near: Near): { label: string; tone: "neutral" | "warning" | "danger" } {
  return {
    label: `${limits[near.of]} ${formatCount(near.percent)} %`,
    tone: near.percent === 100 ? "danger" : near.percent === 90 ? "warning" : "neutral",
  };
}

/** Whether an organisation's mail is read, and why not. */
export function stateOf(books: Books): { label: string; tone: "success" | "warning" | "danger" } {
  if (books.delete_at) return { label: "Leaving", tone: "danger" };
  if (books.suspended) return { label: "Suspended", tone: "warning" };
  return { label: "Active", tone: "success" };
}
