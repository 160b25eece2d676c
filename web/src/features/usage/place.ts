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
}

/** Reads the place from a URL; what makes no sense is dropped. */
export function parsePlace(search: Record<string, unknown>): Place {
  const text = (key: string) => {
    const value = search[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const place: Place = { ...parseMonth(search) };
  const [from, to] = [text("from"), text("to")];
  if (from && to && isDay(from) && isDay(to) && from <= to) Object.assign(place, { from, to });
  const by = divisions.find((d) => d === search.by);
  if (by && by !== "project") place.by = by;
  const [project, model] = [text("project"), text("model")];
  if (project) place.project = project;
  if (model) place.model = model;
  return place;
}

/** Whether it is a day of the calendar, YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
}
