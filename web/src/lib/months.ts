/** A month as YYYY-MM. */
export type Month = string;

/** The month a day lies in. */
export const monthOf = (day: string): Month => day.slice(0, 7);

/** Reads a month from a URL; what is no month is dropped. */
export function parseMonth(search: Record<string, unknown>): { month?: Month } {
  const { month } = search;
  return typeof month === "string" && /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? { month } : {};
}

/** The month some months later; negative is earlier. */
export function addMonths(month: Month, by: number): Month {
  const [y = 0, m = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(y, m - 1 + by, 1)).toISOString().slice(0, 7);
}

/** Its first and its last day. */
export function daysOf(month: Month): { from: string; to: string } {
  const [y = 0, m = 1] = month.split("-").map(Number);
  return { from: `${month}-01`, to: new Date(Date.UTC(y, m, 0)).toISOString().slice(0, 10) };
}

/** "November", with the year if it is not this one. */
export function nameOfMonth(month: Month, today: string): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  return new Intl.DateTimeFormat("en-US", {
    timeZone: "UTC",
    month: "long",
    ...(month.slice(0, 4) === today.slice(0, 4) ? {} : { year: "numeric" }),
  }).format(at);
}
