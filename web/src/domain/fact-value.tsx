import type { Fact, Standing } from "../api/types";
import { formatDue, formatWeekdayDate } from "../lib/dates";
import { formatAmount } from "../lib/money";
import { Badge } from "../ui/badge";

/** Below this a fact is a question for a person. */
export const SURE = 0.8;

type Judged = Pick<Fact, "confidence" | "proof" | "state" | "held">;

/** Whether a fact asks for a person's eye: unsure, not proven or held, and nobody has judged it. */
export function isDoubtful(fact: Judged): boolean {
  return fact.state === "open" && (fact.confidence < SURE || fact.proof !== "verified" || Boolean(fact.held));
}

/** Whether a fact still counts: what only repeats an earlier one does not. */
export function isLive(fact: Pick<Fact, "state" | "repeats">): boolean {
  return !fact.repeats && fact.state !== "rejected" && fact.state !== "superseded";
}

/** What the standings of money are called. */
export const standingLabels: Record<Standing, string> = { approved: "Approved cost", exposure: "Exposure" };

/** Why a fact asks for a person, in words. */
export function doubtOf(fact: Judged & Pick<Fact, "doubt">): string {
  if (fact.held) return fact.held;
  if (fact.doubt) return fact.doubt;
  if (fact.proof === "value_missing") return "A value does not stand in the quote";
  if (fact.proof === "unverified") return "The quote was not found in the mail";
  return fact.confidence < SURE ? "Projectr is not sure of this" : "";
}

/** One part of what stands under a fact. */
export interface MetaPart {
  text: string;
  strong?: boolean;
  late?: boolean;
}

/** What stands under a fact: who, when, how much, what it touches. `you` is shown for the reader's own name. */
export function factMeta(fact: Fact, today: string, you = ""): MetaPart[] {
  const parts: MetaPart[] = [];
  const name = (n: string) => (you && n.toLowerCase() === you.toLowerCase() ? "You" : n);
  if (fact.kind === "decision" && fact.made_by) parts.push({ text: `Decided by ${name(fact.made_by)}` });
  if (fact.kind === "action_item") {
    parts.push({ text: fact.owner ? name(fact.owner) : "No owner named" });
    if (fact.deadline) {
      const late = isLive(fact) && !fact.done_at && formatDue(fact.deadline, today).late;
      parts.push({ text: formatWeekdayDate(fact.deadline, today), strong: true, late });
    }
    if (fact.priority === "high") parts.push({ text: "High priority" });
  }
  if (fact.kind === "budget_mention" && fact.standing) parts.push({ text: standingLabels[fact.standing] });
  if (fact.done_at) parts.push({ text: fact.kind === "risk" ? "Closed" : "Done" });
  if (fact.amount && !fact.text.includes(formatAmount(fact.amount)))
    parts.push({ text: formatAmount(fact.amount) });
  if (fact.affects.length > 0) parts.push({ text: `Affects ${fact.affects.join(", ")}` });
  return parts;
}

/** The parts in one line with dots between them. */
export function FactMeta({ parts }: { parts: MetaPart[] }) {
  return parts.map((part, i) => (
    <span key={part.text}>
      {i > 0 ? " · " : null}
      <span
        className={
          part.late ? "font-medium text-destructive" : part.strong ? "font-medium text-foreground" : undefined
        }
      >
        {part.text}
      </span>
    </span>
  ));
}

/** The badge of a fact that needs a person: doubt in words and, when it is low, the confidence. */
export function ReviewBadge({
  fact,
  short,
}: {
  fact: Judged;
  /** Where there is no room for the reason. */
  short?: boolean;
}) {
  if (!isDoubtful(fact)) return null;
  const why =
    fact.confidence < SURE
      ? `Review · ${Math.round(fact.confidence * 100)}%`
      : short
        ? "Review"
        : fact.held
          ? "Review · waits for you"
          : fact.proof === "value_missing"
            ? "Review · value not in the quote"
            : "Review · quote not found";
  return <Badge tone="review">{why}</Badge>;
}
