import type { Usage } from "../../api/types";
import { addDays } from "../../lib/dates";

/** Every day from one to another; the API leaves out those on which nothing came. */
export function fillDays(days: Usage["days"], from: string, to: string): Usage["days"] {
  const known = new Map(days.map((d) => [d.day, d]));
  const all: Usage["days"] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    all.push(known.get(day) ?? { day, emails: 0, calls: 0, cost_micro_usd: 0, models: [] });
  }
  return all;
}
