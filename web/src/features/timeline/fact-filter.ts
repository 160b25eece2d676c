import type { Fact } from "../../api/types";
import { addDays, dayOf } from "../../lib/dates";

/** What narrows a table of facts. */
export interface FactFilter {
  q?: string;
  /** Exactly this person decided. */
  by?: string;
  /** On or after this day. */
  since?: string;
}

/** Who decided, apart from with or for whom: "Lena Farrow with Marcus Teel". */
export function deciderOf(fact: Pick<Fact, "made_by">): { name: string; more: string } {
  const said = fact.made_by?.trim() ?? "";
  const found = /^(.+?)\s+((?:with|for|on behalf of)\s.+)$/i.exec(said);
  return { name: found?.[1] ?? said, more: found?.[2] ?? "" };
}

/** Everybody who decided something, by name, with how much. */
export function decidersOf(facts: readonly Fact[]): { name: string; count: number }[] {
  const found = new Map<string, { name: string; count: number }>();
  for (const f of facts) {
    const { name } = deciderOf(f);
    if (!name) continue;
    const known = found.get(name.toLowerCase()) ?? { name, count: 0 };
    known.count++;
    found.set(name.toLowerCase(), known);
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The facts of the filter. */
export function narrowFacts(facts: readonly Fact[], filter: FactFilter): Fact[] {
  const words = (filter.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const by = filter.by?.toLowerCase();
  const { since } = filter;
  return facts.filter((f) => {
    if (by !== undefined && deciderOf(f).name.toLowerCase() !== by) return false;
    if (since !== undefined && dayOf(f.at) < since) return false;
    const all = [f.text, f.quote, f.owner, f.made_by].join("\n").toLowerCase();
    return words.every((w) => all.includes(w));
  });
}

/** Days a table can begin with: a week ago, the first of this month and of those before, and of the year. */
export function sinceDays(today: string): string[] {
  const [year = 0, month = 0] = today.split("-").map(Number);
  const first = (back: number) => new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 10);
  const days = [addDays(today, -7), first(0), first(1), first(2), first(5), `${year}-01-01`];
  return [...new Set(days)].sort().reverse();
}

/** Facts by day, newest first; those of one day as their sentences stand. */
export function newestFirst(facts: readonly Fact[]): Fact[] {
  return facts.toSorted(
    (a, b) =>
      Date.parse(b.at) - Date.parse(a.at) ||
      (a.email_id === b.email_id ? a.start - b.start : a.id < b.id ? -1 : 1),
  );
}
