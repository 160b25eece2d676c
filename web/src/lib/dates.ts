// Dates and times as people on a job say them. Instants are shown in the
// viewer's zone. Days without a time (deadlines) are YYYY-MM-DD strings and are
// never turned into instants, so they cannot slip by a zone.

const DAY = 86_400_000;

type DateLike = Date | string | number;

const formats = new Map<string, Intl.DateTimeFormat>();
const dayFormats = new Map<string, Intl.DateTimeFormat>();

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options);
  let f = formats.get(key);
  if (!f) {
    f = new Intl.DateTimeFormat("en-US", options);
    formats.set(key, f);
  }
  return f.format(at).replaceAll("\u202f", " ");
}

/** The day an instant falls on in a zone (the viewer's when none is given), as YYYY-MM-DD. */
export function dayOf(at: DateLike, timeZone?: string): string {
  const key = timeZone ?? "";
  let f = dayFormats.get(key);
  if (!f) {
    f = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    dayFormats.set(key, f);
  }
  return f.format(new Date(at));
}

/** Whole days from one YYYY-MM-DD to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

/** A YYYY-MM-DD some days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

function dayFormat(day: string, options: Intl.DateTimeFormatOptions): string {
  return format(new Date(`${day}T00:00:00Z`), { ...options, timeZone: "UTC" });
}

const sameYear = (a: string, b: string) => a.slice(0, 4) === b.slice(0, 4);

/** "9:42 AM" */
export function formatTime(at: DateLike): string {
  return format(new Date(at), { hour: "numeric", minute: "2-digit" });
}

/** "Nov 13", with the year if it is not this one. */
export function formatDate(day: string, today: string): string {
  return dayFormat(day, {
    month: "short",
    day: "numeric",
    ...(sameYear(day, today) ? {} : { year: "numeric" }),
  });
}

/** "Tue Nov 24", with the year if it is not this one. */
export function formatWeekdayDate(day: string, today: string): string {
  return `${dayFormat(day, { weekday: "short" })} ${formatDate(day, today)}`;
}

/** Today, Yesterday, a weekday within 6 days, then "Nov 13". */
export function formatDay(at: DateLike, now: DateLike): string {
  const day = dayOf(at);
  const today = dayOf(now);
  const ago = daysBetween(day, today);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  if (ago > 1 && ago <= 6) return dayFormat(day, { weekday: "short" });
  return formatDate(day, today);
}

/** The time if it was today, otherwise the day: for a column of last mails. */
export function formatWhen(at: DateLike, now: DateLike): string {
  return dayOf(at) === dayOf(now) ? formatTime(at) : formatDay(at, now);
}

/** "Nov 19, 9:42 AM" */
export function formatStamp(at: DateLike, now: DateLike): string {
  return `${formatDate(dayOf(at), dayOf(now))}, ${formatTime(at)}`;
}

/** "Nov 19, 9:43:08 AM" */
export function formatSecond(at: DateLike, now: DateLike): string {
  const time = format(new Date(at), { hour: "numeric", minute: "2-digit", second: "2-digit" });
  return `${formatDate(dayOf(at), dayOf(now))}, ${time}`;
}

/** "Thu, Nov 19, 9:42 AM" */
export function formatLong(at: DateLike, now: DateLike): string {
  return `${dayFormat(dayOf(at), { weekday: "short" })}, ${formatStamp(at, now)}`;
}

/** "yesterday, 4:30 PM" inside a sentence; midnight is the day alone. */
export function formatSince(at: DateLike, now: DateLike): string {
  const day = formatDay(at, now);
  const word = day === "Today" || day === "Yesterday" ? day.toLowerCase() : day;
  const date = new Date(at);
  return date.getHours() + date.getMinutes() === 0 ? word : `${word}, ${formatTime(at)}`;
}

/** A deadline beside today: how it reads, and whether it has passed. */
export interface Due {
  text: string;
  late: boolean;
  days: number;
}

/** "2 d late", Today, Tomorrow, "Tue 24" within 6 days, then "Dec 4". */
export function formatDue(deadline: string, today: string): Due {
  const days = daysBetween(today, deadline);
  const late = days < 0;
  if (late) return { text: days < -30 ? formatDate(deadline, today) : `${-days} d late`, late, days };
  if (days === 0) return { text: "Today", late, days };
  if (days === 1) return { text: "Tomorrow", late, days };
  if (days <= 6)
    return {
      text: `${dayFormat(deadline, { weekday: "short" })} ${Number(deadline.slice(8))}`,
      late,
      days,
    };
  return { text: formatDate(deadline, today), late, days };
}

/** Midnight at the start of the day before, in the viewer's zone. */
export function startOfYesterday(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
}

/** "Thursday", in full, of a YYYY-MM-DD. */
export function weekdayName(day: string): string {
  return dayFormat(day, { weekday: "long" });
}

/** "Thu, Dec 3, 2026, 9:00 AM to 10:30 AM" in a zone; the last day is said when it is another one. */
export function formatInterval(start: DateLike, end: DateLike | undefined, timeZone: string): string {
  const day = (at: DateLike) =>
    format(new Date(at), { weekday: "short", month: "short", day: "numeric", year: "numeric", timeZone });
  const time = (at: DateLike) => format(new Date(at), { hour: "numeric", minute: "2-digit", timeZone });
  const from = `${day(start)}, ${time(start)}`;
  if (end === undefined || new Date(end) <= new Date(start)) return from;
  return day(end) === day(start) ? `${from} to ${time(end)}` : `${from} to ${day(end)}, ${time(end)}`;
}

/** "Thu, Dec 3, 2026" or "Thu, Dec 3, 2026 to Fri, Dec 4, 2026": whole days, both included. */
export function formatDays(first: string, last: string): string {
  const day = (d: string) =>
    dayFormat(d, { weekday: "short", month: "short", day: "numeric", year: "numeric" });
  return last > first ? `${day(first)} to ${day(last)}` : day(first);
}
