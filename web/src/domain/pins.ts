import type { ProjectSummary } from "../api/types";
import { observable, useObservable } from "../lib/observable";
import { remember, remembered } from "../lib/storage";

// What was chosen since the page was loaded; before that it is what the browser remembers.
const chosen = observable<ReadonlyMap<string, readonly string[]>>(new Map());

const chosenIn = (now: ReadonlyMap<string, readonly string[]>, org: string) =>
  now.get(org) ?? remembered<string[]>(`pins.${org}`);

const DEFAULT_PINS = 4;

/** The pinned of some projects: those chosen in this browser, or the four open jobs with the newest mail. */
export function pinnedOf(
  projects: readonly ProjectSummary[],
  chosen: readonly string[] | null,
): ProjectSummary[] {
  if (chosen) return chosen.flatMap((id) => projects.find((p) => p.id === id) ?? []);
  return projects
    .filter((p) => p.status !== "completed" && p.last_mail_at)
    .sort((a, b) => (b.last_mail_at ?? "").localeCompare(a.last_mail_at ?? ""))
    .slice(0, DEFAULT_PINS);
}

/** The pinned projects of an organisation, in order. */
export function usePinned(org: string, projects: readonly ProjectSummary[]): ProjectSummary[] {
  const now = useObservable(chosen);
  return pinnedOf(projects, chosenIn(now, org));
}

/** Pins a project, or takes the pin away, in this browser. */
export function togglePin(org: string, id: string, projects: readonly ProjectSummary[]): void {
  const now = pinnedOf(projects, chosenIn(chosen.get(), org)).map((p) => p.id);
  const next = now.includes(id) ? now.filter((p) => p !== id) : [...now, id];
  chosen.set(new Map(chosen.get()).set(org, next));
  remember(`pins.${org}`, next);
}
