import type { Books } from "../../api/types";
import { formatMicroUSD } from "../../lib/money";

/** What the plan leaves of its price this month; in words where there is no price. */
export function marginOf(books: Books): string {
  const margin = books.month.margin_micro_usd;
  if (margin === null) return "By agreement";
  return margin < 0 ? `−${formatMicroUSD(-margin)}` : formatMicroUSD(margin);
}

/** Whether an organisation's mail is read, and why not. */
export function stateOf(books: Books): { label: string; tone: "success" | "warning" | "danger" } {
  if (books.delete_at) return { label: "Leaving", tone: "danger" };
  if (books.suspended) return { label: "Suspended", tone: "warning" };
  return { label: "Active", tone: "success" };
}
