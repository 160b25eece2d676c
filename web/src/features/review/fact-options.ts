import type { RejectReason } from "../../api/queries/facts";
import type { Email, Fact, FactKind } from "../../api/types";
import type { Correction } from "../../domain/answers";
import { kindLooks } from "../../domain/fact-kind";
import { formatDue, formatWeekdayDate } from "../../lib/dates";
import { formatAmount } from "../../lib/money";

/** One answer to what is unsure about a fact. */
export interface FactOption {
  title: string;
  /** What follows from it. */
  note: string;
  /** What the button says while it is chosen. */
  save: string;
  /** What it does; a fact that is right as it stands is confirmed. */
  act: { do: "confirm" } | { do: "correct"; change: Correction } | { do: "reject"; reason: RejectReason };
}

/** The question about a fact, with the answers that fit it and the one that leaves it as it stands. */
export interface FactQuestion {
  ask: string;
  options: FactOption[];
  /** The option chosen at first: what the fact says now. */
  first: number;
}

const confirm = { do: "confirm" } as const;
const correct = (change: Correction) => ({ do: "correct", change }) as const;

/** What to ask about an unsure fact. The mail, once it is there, names who could be meant. */
export function questionOf(fact: Fact, mail: Email | undefined, today: string): FactQuestion {
  const asked = fact.held
    ? undefined
    : (datesQuestion(fact, today) ?? moneyQuestion(fact) ?? ownerQuestion(fact, mail));
  return asked ?? plainQuestion(fact);
}

/** Which of two days a date is. */
function datesQuestion(fact: Fact, today: string): FactQuestion | undefined {
  const days = daysOf(fact);
  if (days.length < 2) return undefined;
  const options: FactOption[] = days.map((day) => ({
    title: formatWeekdayDate(day, today),
    note: day === fact.deadline ? "As it is read now" : sayDue(day, today),
    save: `Save ${formatWeekdayDate(day, today)}`,
    act: day === fact.deadline ? confirm : correct({ deadline: day }),
  }));
  options.push({
    title: "Neither",
    note: "Stays without a date",
    save: "Save without a date",
    act: correct({ deadline: null }),
  });
  return { ask: "Which day is it?", options, first: Math.max(days.indexOf(fact.deadline ?? ""), 0) };
}

function sayDue(day: string, today: string): string {
  const { text, late } = formatDue(day, today);
  return late ? "Has passed" : `Due ${text.toLowerCase() === "today" ? "today" : text}`;
}

const months = "January February March April May June July August September October November December";

/** The days a doubt names: "“3/4” can be March 4 or April 3." Each in the year nearest to the date as read. */
export function daysOf(fact: Pick<Fact, "doubt" | "deadline" | "at">): string[] {
  const said = /can be (\p{L}+ \d{1,2}) or (\p{L}+ \d{1,2})\b/u.exec(fact.doubt ?? "");
  if (!said) return [];
  const near = Date.parse(fact.deadline ?? fact.at);
  const days = said.slice(1).flatMap((words) => {
    const [name = "", day = ""] = words.split(" ");
    const month = months.split(" ").indexOf(name);
    if (month < 0) return [];
    const year = new Date(near).getUTCFullYear();
    const all = [-1, 0, 1].map((by) => Date.UTC(year + by, month, Number(day)));
    const best = all.toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near))[0] ?? near;
    return [new Date(best).toISOString().slice(0, 10)];
  });
  return [...new Set(days)];
}

/** Whether money is agreed. */
function moneyQuestion(fact: Fact): FactQuestion | undefined {
  if (fact.kind !== "budget_mention" || fact.proof !== "verified") return undefined;
  const sum = fact.amount ? formatAmount(fact.amount) : "it";
  const as = (standing: Fact["standing"]) =>
    (fact.standing ?? null) === (standing ?? null) ? confirm : correct({ standing: standing ?? null });
  return {
    ask: "What is it?",
    options: [
      {
        title: "Placeholder",
        note: "Counts as exposure, not as approved cost",
        save: "Save as placeholder",
        act: as("exposure"),
      },
      {
        title: "Approved cost",
        note: `Adds ${sum} to approved changes`,
        save: "Save as approved cost",
        act: as("approved"),
      },
      {
        title: "Only a figure",
        note: "Stays in the table, counts in neither sum",
        save: "Save as a figure",
        act: as(undefined),
      },
      {
        title: "Not about money",
        note: "Removes it from the budget tab, keeps it as a key point",
        save: "Save as key point",
        act: correct({ kind: "key_point" }),
      },
    ],
    first: fact.standing === "approved" ? 1 : fact.standing === "exposure" ? 0 : 2,
  };
}

const MOST_CANDIDATES = 5;

/** Who has to do it, where the mail leaves that open. */
function ownerQuestion(fact: Fact, mail: Email | undefined): FactQuestion | undefined {
  if (fact.kind !== "action_item" || !mail || fact.proof !== "verified") return undefined;
  const people = candidatesOf(fact, mail);
  const unclear = fact.owner === null || (people.length > 1 && !fact.owner.includes(" "));
  if (!unclear || people.length === 0) return undefined;
  const options: FactOption[] = people.map(({ name, why }) => ({
    title: name,
    note: why,
    save: `Save for ${name}`,
    act: correct({ owner: name }),
  }));
  options.push({
    title: fact.owner ?? "Nobody named",
    note: fact.owner ? "As the mail writes it" : "Stays without an owner",
    save: fact.owner ? `Save for ${fact.owner}` : "Save without an owner",
    act: confirm,
  });
  options.push(notAFact);
  return { ask: "Who owns it?", options, first: people.length };
}

/** The people of a mail who could be meant: those with the owner's name, or everybody it is from and to. */
export function candidatesOf(fact: Pick<Fact, "owner">, mail: Email): { name: string; why: string }[] {
  const found = new Map<string, { name: string; why: string }>();
  const wanted = fact.owner?.toLowerCase();
  const add = (people: Email["from"], why: string) => {
    for (const { name } of people) {
      const key = name.toLowerCase();
      if (name && !found.has(key) && (!wanted || key.split(/\s+/).includes(wanted)))
        found.set(key, { name, why });
    }
  };
  add(mail.to, "The mail is to them");
  add(mail.from, "Wrote the mail");
  add(mail.cc, "In copy");
  return [...found.values()].slice(0, MOST_CANDIDATES);
}

const notAFact: FactOption = {
  title: "Not a fact",
  note: "Rejects it; the mail stays as it is",
  save: "Reject as not a fact",
  act: { do: "reject", reason: "not_a_fact" },
};

/** What a kind is most often taken for. */
const neighbours: Record<FactKind, readonly FactKind[]> = {
  decision: ["action_item", "key_point"],
  action_item: ["decision", "key_point"],
  scope_change: ["decision", "key_point"],
  budget_mention: ["scope_change", "key_point"],
  timeline_change: ["risk", "key_point"],
  risk: ["timeline_change", "key_point"],
  key_point: ["action_item", "decision"],
};

/** Whether it is right, or of another kind, or nothing at all. */
function plainQuestion(fact: Fact): FactQuestion {
  const name = (kind: FactKind) => kindLooks[kind].label.toLowerCase();
  const article = (kind: FactKind) => `${/^[aeiou]/.test(name(kind)) ? "An" : "A"} ${noun(kind)}`;
  return {
    ask: "Is this right?",
    options: [
      {
        title: "It is right",
        note: fact.held ? "Counts from now on" : `Keeps it as ${article(fact.kind).toLowerCase()}`,
        save: `Confirm ${noun(fact.kind)}`,
        act: confirm,
      },
      ...neighbours[fact.kind].map((kind) => ({
        title: article(kind),
        note: `Moves it to ${kindLooks[kind].many}`,
        save: `Save as ${noun(kind)}`,
        act: correct({ kind }),
      })),
      notAFact,
    ],
    first: 0,
  };
}

/** "scope change" where the label alone is no thing one can have. */
function noun(kind: FactKind): string {
  const { label, many } = kindLooks[kind];
  return /change|mention/.test(many) ? many.replace(/s$/, "") : label.toLowerCase();
}
