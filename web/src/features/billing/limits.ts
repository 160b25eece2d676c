import type { Plan, Subscription } from "../../api/types";
import { formatCents, formatCount, formatMicroUSD, plural } from "../../lib/money";

/** One limit of the plan and how much of it is used. A limit of 0 is none. */
export interface Limit {
  id: "emails" | "projects" | "users" | "budget" | "storage";
  label: string;
  used: number;
  limit: number;
  /** An amount of it in words. */
  words(n: number): string;
  /** There is no more of it, though not all is used. */
  full?: string;
}

/** Bytes of a plan, which are counted in powers of 1,024: "10 GiB", "512 MiB". */
export function formatStorage(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit > 0 && value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** The limits in the order in which they are shown; `gone` is what is said of an AI budget that is used up. */
export function limitsOf(
  { limits, used, ai_budget: budget }: Pick<Subscription, "limits" | "used" | "ai_budget">,
  gone?: string,
): Limit[] {
  return [
    { id: "emails", label: "Mails this month", used: used.emails, limit: limits.emails, words: formatCount },
    {
      id: "projects",
      label: "Open projects",
      used: used.projects,
      limit: limits.projects,
      words: formatCount,
    },
    { id: "users", label: "Members", used: used.users, limit: limits.users, words: formatCount },
    {
      id: "budget",
      label: "AI budget",
      used: budget?.used_micro_usd ?? used.spent.charged_micro_usd,
      limit: limits.budget_micro_usd,
      words: formatMicroUSD,
      full: gone,
    },
    { id: "storage", label: "Storage", used: used.bytes, limit: limits.storage_bytes, words: formatStorage },
  ];
}

/** What is used beyond the limits of a plan: "5 of 2 open projects". Money and mails of a month begin anew. */
export function overOf(plan: Plan, used: Subscription["used"]): string[] {
  return limitsOf({ limits: plan, used })
    .filter(
      (l) =>
        l.limit > 0 && l.used > l.limit && (l.id === "projects" || l.id === "users" || l.id === "storage"),
    )
    .map(
      (l) =>
        `${l.words(l.used)} of ${l.words(l.limit)} ${l.id === "storage" ? "storage" : l.label.toLowerCase()}`,
    );
}

/** What is said at a limit, and short of it. */
const lines: Record<Limit["id"], { full: string; near(left: string): string }> = {
  emails: {
    full: "The mail limit is reached. Mail is still received and kept, and read when the month turns.",
    near: (left) =>
      `${left} ${left === "1" ? "mail" : "mails"} left this month. After that mail is kept, and read when the month turns.`,
  },
  projects: {
    full: "The limit of open projects is reached. Complete one to open another.",
    near: (left) => `${left} open ${left === "1" ? "project" : "projects"} left.`,
  },
  users: {
    full: "All seats are taken. Open invitations take one too.",
    near: (left) => `${left} ${left === "1" ? "seat" : "seats"} left. Open invitations take one too.`,
  },
  budget: {
    full: "The AI budget is used up. Mail is read by the rules, and by a model when the month turns.",
    near: (left) =>
      `${left} of the AI budget left. After that mail is read by the rules until the month turns.`,
  },
  storage: {
    full: "Storage is full. New mail is turned away for now, and senders try again.",
    near: (left) => `${left} of storage left. When it is full, new mail is turned away for now.`,
  },
};

/** The line about the limit that is used most, once nine tenths of it are or one is left of a few. */
export function nearest(limits: Limit[]): { text: string; full: boolean } | undefined {
  const share = (l: Limit) => Math.max(l.used / l.limit, l.full ? 1 : 0);
  const most = limits
    .filter((l) => l.limit > 0 && (share(l) >= 0.9 || (l.id === "users" && l.limit - l.used === 1)))
    .sort((a, b) => share(b) - share(a))[0];
  if (!most) return undefined;
  const full = share(most) >= 1;
  const text =
    most.full ?? (full ? lines[most.id].full : lines[most.id].near(most.words(most.limit - most.used)));
  return { full, text };
}

/** Whom a plan is for; one that the operator made is for whom they know. */
export const forWhom: Record<string, string> = {
  starter: "For one superintendent and a few jobs.",
  professional: "For an office running many jobs at once.",
  enterprise: "For several offices and strict IT rules.",
};

/** What a plan offers, by the numbers of the table of plans. */
export function offersOf(plan: Plan): string[] {
  if (plan.by_agreement) return ["Limits by agreement", ...numbersOf(plan, false)];
  return numbersOf(plan, true);
}

/** The numbers of a plan in words; what has no limit is said where asked for. */
function numbersOf(plan: Plan, unlimited: boolean): string[] {
  const say = (n: number, words: string, none: string) => (n > 0 ? [words] : unlimited ? [none] : []);
  return [
    ...say(plan.emails, `${plural(plan.emails, "mail")} a month`, "Mails without limit"),
    ...say(plan.projects, plural(plan.projects, "open project"), "Open projects without limit"),
    ...say(plan.users, `${plural(plan.users, "member")}, admins and viewers`, "Members without limit"),
    ...say(
      plan.budget_micro_usd,
      `${formatCents(Math.round(plan.budget_micro_usd / 10_000))} of AI a month`,
      "AI without a limit of the plan",
    ),
    ...say(plan.storage_bytes, `${formatStorage(plan.storage_bytes)} of mail`, "Storage without limit"),
  ];
}
