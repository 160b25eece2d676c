import type { FactKind, Week } from "../../api/types";
import { addDays, daysBetween } from "../../lib/dates";

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

/**
 * The bars of the strip: every week from the first mail to the present, empty
 * ones too, and before them enough empty ones to fill the strip.
 */
export function fillWeeks(weeks: readonly Week[], today: string, least: number): Week[] {
  const known = new Map(weeks.map((w) => [w.start, w]));
  const starts = weeks.map((w) => w.start).sort();
  const last = [starts.at(-1) ?? "", mondayOf(today)].sort().at(-1) ?? "";
  const first = [starts[0] ?? last, addDays(last, -7 * (least - 1))].sort()[0] ?? last;
  return Array.from({ length: daysBetween(first, last) / 7 + 1 }, (_, i) => {
    const start = addDays(first, 7 * i);
    return known.get(start) ?? { start, mails: 0, facts: {} };
  });
}

/** A stretch of the strip: first and last week, both included. */
export interface Stretch {
  first: number;
  last: number;
}

/** The weeks that hold the days on screen. `from` is the older day. */
export function stretchOf(weeks: readonly Week[], from: string, to: string): Stretch {
  const origin = weeks[0]?.start;
  if (!origin) return { first: 0, last: 0 };
  const index = (day: string) =>
    Math.min(Math.max(Math.floor(daysBetween(origin, day) / 7), 0), weeks.length - 1);
  return { first: index(from), last: index(to) };
}

/** How many mails a stretch holds. */
export function mailsIn(weeks: readonly Week[], { first, last }: Stretch): number {
  return weeks.slice(first, last + 1).reduce((sum, w) => sum + w.mails, 0);
}

/** The stretch moved by whole weeks, as far as the strip goes. */
export function moved(stretch: Stretch, by: number, count: number): Stretch {
  const step = Math.min(Math.max(by, -stretch.first), count - 1 - stretch.last);
  return { first: stretch.first + step, last: stretch.last + step };
}

/** Month labels: the first week of the strip, then each week in which a month begins. */
export function monthLabels(weeks: readonly Week[]): { at: number; text: string }[] {
  const format = new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" });
  const month = (day: string) => format.format(new Date(`${day}T00:00:00Z`));
  const labels: { at: number; text: string }[] = [];
  weeks.forEach((week, at) => {
    const text = month(addDays(week.start, 3)); // the week is the month's that has most of it
    if (labels.at(-1)?.text !== text) labels.push({ at, text });
  });
  // The first month may have too few weeks left to stand beside the next.
  if (labels.length > 1 && (labels[1]?.at ?? 0) < 2) labels.shift();
  return labels;
}

/** Kinds drawn when nothing is filtered; the others would crowd the strip. */
export const stripKinds: readonly FactKind[] = [
  "decision",
  "risk",
  "scope_change",
  "budget_mention",
  "timeline_change",
];

/** The shapes under one bar: the kinds the week has, the most telling first, as many as fit. */
export function shapesOf(week: Week, kinds: readonly FactKind[], room: number): FactKind[] {
  return kinds.filter((k) => (week.facts[k] ?? 0) > 0).slice(0, Math.max(room, 1));
}
