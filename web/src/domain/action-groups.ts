import type { Fact } from "../api/types";
import { addDays } from "../lib/dates";

/** Actions due in the same stretch of time. */
export interface Group {
  name: string;
  late: boolean;
  facts: Fact[];
}

/** The Sunday that ends the week of a day; weeks begin on Monday. */
export function weekEnd(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, (7 - weekday) % 7);
}

/** Actions as they press: overdue, this week, next week, later, without a date. Each by date; empty groups are left out. */
export function groups(facts: readonly Fact[], today: string): Group[] {
  const end = weekEnd(today);
  const next = addDays(end, 7);
  const sorted = facts.toSorted(
    (a, b) => (a.deadline ?? "").localeCompare(b.deadline ?? "") || (b.at ?? "").localeCompare(a.at ?? ""),
  );
  const bounds: [name: string, is: (deadline: string | null) => boolean][] = [
    ["Overdue", (d) => d !== null && d < today],
    ["This week", (d) => d !== null && d >= today && d <= end],
    ["Next week", (d) => d !== null && d > end && d <= next],
    ["Later", (d) => d !== null && d > next],
    ["No date", (d) => d === null],
  ];
  return bounds
    .map(([name, is]) => ({ name, late: name === "Overdue", facts: sorted.filter((f) => is(f.deadline)) }))
    .filter((g) => g.facts.length > 0);
}

/** What was done, the newest first, as one group. */
export function doneGroup(facts: readonly Fact[]): Group[] {
  const sorted = facts.toSorted((a, b) => (b.done_at ?? "").localeCompare(a.done_at ?? ""));
  return sorted.length > 0 ? [{ name: "Done", late: false, facts: sorted }] : [];
}
