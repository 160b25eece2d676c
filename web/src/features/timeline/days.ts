import type { Email } from "../../api/types";
import { dayOf } from "../../lib/dates";

/** One day of the timeline with its mails, newest first. */
export interface Day {
  day: string;
  mails: Email[];
}

/** Mails by the viewer's day, newest day first; a mail that is in the list twice counts once. */
export function byDay(mails: readonly Email[], timeZone?: string): Day[] {
  const once = new Map(mails.map((m) => [m.id, m]));
  const sorted = [...once.values()].sort(
    (a, b) => Date.parse(b.date) - Date.parse(a.date) || (a.id < b.id ? 1 : -1),
  );
  const days: Day[] = [];
  for (const mail of sorted) {
    const day = dayOf(mail.date, timeZone);
    const last = days.at(-1);
    if (last?.day === day) last.mails.push(mail);
    else days.push({ day, mails: [mail] });
  }
  return days;
}
