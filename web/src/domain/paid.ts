import type { Organisation } from "../api/types";
import { dayOf, daysBetween, formatDate } from "../lib/dates";

/** A trial that ends in so many days is warned of: projectr.TrialNotice. */
const SOON_DAYS = 3;

/** Whether what an organisation keeps is closed, because nobody pays. */
export function isClosed({ closes_at }: Organisation, now: Date): boolean {
  return closes_at !== undefined && new Date(closes_at) <= now;
}

/** What everybody has to know of how an organisation is paid, in one sentence; undefined: nothing. */
export function paidLine(
  org: Organisation,
  now: Date,
): { tone: "warning" | "danger"; text: string } | undefined {
  const { name, closes_at, read_until, trial_ends, time_zone: zone } = org;
  const today = dayOf(now, zone);
  const on = (at: string) => formatDate(dayOf(at, zone), today);
  if (!read_until) return;
  if (closes_at && !isClosed(org, now)) {
    const text = `Nobody pays for ${name}, and its mail is not read. On ${on(closes_at)} what it keeps is closed; nothing is deleted.`;
    return { tone: "danger", text };
  }
  if (new Date(read_until) <= now) {
    const why = trial_ends ? "the trial has ended" : "it is not paid for";
    return { tone: "danger", text: `Mail of ${name} is received and kept, and not read: ${why}.` };
  }
  const after = "after that mail is received and kept, and not read";
  if (!trial_ends)
    return { tone: "warning", text: `A payment failed. Mail is read until ${on(read_until)}; ${after}.` };
  if (daysBetween(today, dayOf(trial_ends, zone)) > SOON_DAYS) return;
  return { tone: "warning", text: `The trial ends on ${on(trial_ends)}; ${after}.` };
}
