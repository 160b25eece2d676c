import type { Event, Fact } from "../../api/types";
import { isLive } from "../../domain/fact-value";
import { daysBetween } from "../../lib/dates";

/** A change worth a line: the fact as it stands, and the event that brought it. */
export interface ChangeLine {
  event: Event;
  fact: Fact;
}

/** The changes that carry a live fact, newest first, each fact once. */
export function factChanges(events: readonly Event[]): ChangeLine[] {
  const seen = new Set<string>();
  return events.flatMap((event) => {
    const fact = event.fact;
    if (!fact || !isLive(fact) || seen.has(fact.id)) return [];
    seen.add(fact.id);
    return [{ event, fact }];
  });
}

/** The few that answer "what changed": key points and actions only where nothing else did. */
export function headlines(lines: readonly ChangeLine[], n: number): ChangeLine[] {
  const first = lines.filter(({ fact }) => fact.kind !== "key_point" && fact.kind !== "action_item");
  const rest = lines.filter((line) => !first.includes(line));
  const chosen = new Set([...first, ...rest].slice(0, n));
  return lines.filter((line) => chosen.has(line));
}

/** Actions with a deadline, seen from today. */
export interface DueBrief {
  overdue: number;
  today: number;
  next: Fact[];
}

/**
 * What is due next, n lines: the newest overdue action leads, what is still to
 * come follows, and more overdue ones fill what is left.
 */
export function dueNext(actions: readonly Fact[], today: string, n: number): DueBrief {
  const dated = actions
    .filter((f) => f.deadline !== null)
    .sort((a, b) => (a.deadline ?? "").localeCompare(b.deadline ?? ""));
  const late = dated.filter((f) => (f.deadline ?? "") < today).reverse();
  const coming = dated.filter((f) => (f.deadline ?? "") >= today);
  const leading = late.slice(0, Math.max(1, n - coming.length));
  const next = [...leading.reverse(), ...coming].slice(0, n);
  return { overdue: late.length, today: coming.filter((f) => f.deadline === today).length, next };
}

/** "3 overdue, 1 today, 2 on Tuesday": one line for a phone, without the overdue part. */
export function comingDays(
  actions: readonly Fact[],
  today: string,
  nameOf: (day: string) => string,
): string[] {
  const days = new Map<string, number>();
  for (const { deadline } of actions) {
    if (deadline && deadline >= today && daysBetween(today, deadline) <= 6) {
      days.set(deadline, (days.get(deadline) ?? 0) + 1);
    }
  }
  return [...days]
    .sort(([a], [b]) => a.localeCompare(b))
    .slice(0, 2)
    .map(([day, count]) => (day === today ? `${count} today` : `${count} on ${nameOf(day)}`));
}
