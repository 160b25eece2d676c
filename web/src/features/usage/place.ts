import { daysBetween } from "../../lib/dates";
import { type Month, parseMonth } from "../../lib/months";

/** How the cost is divided. */
export const divisions = ["project", "model", "step", "person"] as const;
export type Division = (typeof divisions)[number];

/** What the page shows, as its URL says: a month or two days, and what the ledger is narrowed to. */
export interface Place {
  month?: Month;
  /** First and last day, YYYY-MM-DD, both included; both or none. */
  from?: string;
  to?: string;
  by?: Division;
  /** Id of the project whose calls are listed. */
  project?: string;
  /** Name of the model whose calls are listed. */
  model?: string;
  /** What the calls that are listed were for. */
  step?: Step;
  /** Id of the person whose calls are listed, or bySettings. */
  person?: string;
  /** What became of the calls that are listed. */
  outcome?: Outcome;
  /** Id of the mail whose calls are listed. */
  email?: string;
}

/** What the ledger is narrowed to. */
export type Narrow = Pick<Place, "project" | "model" | "step" | "person" | "outcome" | "email">;

/** Stands for a person where nobody asked for it. */
export const bySettings = "settings";

const steps = ["read", "reread"] as const;
type Step = (typeof steps)[number];

/** What may become of a call, what is usual first. */
export const outcomes = [
  "answered",
  "invalid",
  "refused",
  "limited",
  "unavailable",
  "timeout",
  "not_sent",
  "unknown",
  "started",
] as const;
export type Outcome = (typeof outcomes)[number];

/** Reads the place from a URL. What makes no sense is there as undefined: else the router would hand on what the URL says. */
export function parsePlace(search: Record<string, unknown>): Place {
  const text = (key: string) => {
    const value = search[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [from, to] = [text("from"), text("to")];
  const days = from && to && !wrongDays(from, to) ? { from, to } : undefined;
  const by = divisions.find((d) => d === search.by);
  return {
    month: undefined,
    ...parseMonth(search),
    from: days?.from,
    to: days?.to,
    by: by === "project" ? undefined : by,
    project: text("project"),
    model: text("model"),
    step: steps.find((s) => s === search.step),
    person: text("person"),
    outcome: outcomes.find((o) => o === search.outcome),
    email: text("email"),
  };
}

/** The server adds up as many days at once. */
const MOST_DAYS = 800;

/** What is wrong with a first and a last day, in words; undefined: nothing. */
export function wrongDays(from: string, to: string): string | undefined {
  if (!isDay(from) || !isDay(to)) return "Choose a first and a last day.";
  if (to < from) return "The last day comes before the first.";
  // While a year is typed it is of another millennium.
  if (daysBetween(from, to) > MOST_DAYS) return `Choose at most ${MOST_DAYS} days.`;
}

/** Whether it is a day of the calendar, YYYY-MM-DD. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
}
