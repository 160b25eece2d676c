import type { Email, Match, Reason } from "../../api/types";

/** Words the project was guessed by, in code points. */
export interface Clue {
  start: number;
  end: number;
}

/** The clues of a mail that stand in its subject or in its text, of all candidates, each place once. */
export function cluesIn(match: Match, where: "subject" | "text"): Clue[] {
  const reasons: Reason[] = [...match.reasons, ...match.candidates.flatMap((c) => c.reasons)];
  const found = new Map<string, Clue>();
  for (const { in: place, start = 0, end = 0 } of reasons) {
    if (place === where && end > start) found.set(`${start} ${end}`, { start, end });
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

/** Doubt in words: how many projects a mail could be for. */
export function clueLine(mail: Email): { text: string; named: boolean } {
  const { candidates, reasons } = mail.match;
  if (candidates.length > 1) return { text: `Could be ${candidates.length} projects`, named: true };
  const [only] = candidates;
  if (only) return { text: `Could be ${only.name}`, named: true };
  const person = reasons.find((r) => r.kind === "person");
  return { text: person ? person.text.replace(/\.$/, "") : "No project named", named: false };
}

/** What to open once an item is answered: the one after it, else the one before. */
export function nextAfter<T extends { id: string }>(items: readonly T[], id: string): T | undefined {
  const at = items.findIndex((i) => i.id === id);
  return items[at + 1] ?? items[at - 1];
}
