import { remember, remembered } from "../../lib/storage";

const MOST = 8;

/** Ids of the projects opened last in this browser, newest first. */
export function recentProjects(org: string): string[] {
  return remembered<string[]>(`recent.${org}`) ?? [];
}

/** Notes that a project was opened. */
export function noteProject(org: string, id: string): void {
  remember(`recent.${org}`, [id, ...recentProjects(org).filter((p) => p !== id)].slice(0, MOST));
}
