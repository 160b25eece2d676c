import type { ProjectSummary } from "../api/types";
import { type Observable, observable, useObservable } from "../lib/observable";
import { remember, remembered } from "../lib/storage";

const stores = new Map<string, Observable<readonly string[] | null>>();

function store(org: string): Observable<readonly string[] | null> {
  let s = stores.get(org);
  if (!s) {
    s = observable<readonly string[] | null>(remembered<string[]>(`pins.${org}`));
    stores.set(org, s);
  }
  return s;
}

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
  return pinnedOf(projects, useObservable(store(org)));
}

/** Pins a project, or takes the pin away, in this browser. */
export function togglePin(org: string, id: string, projects: readonly ProjectSummary[]): void {
  const s = store(org);
  const now = pinnedOf(projects, s.get()).map((p) => p.id);
  const next = now.includes(id) ? now.filter((p) => p !== id) : [...now, id];
  s.set(next);
  remember(`pins.${org}`, next);
}
