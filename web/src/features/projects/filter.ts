import type { ProjectStatus, ProjectSummary } from "../../api/types";
import { statuses } from "../../domain/project-badge";

/** What narrows the list of projects; all of it stands in the URL. */
export interface Filter {
  /** In name, job number, client, address or another name. */
  q?: string;
  /** One status, or every one; open jobs when missing. */
  status?: ProjectStatus | "all";
  client?: string;
  risks?: true;
  due?: true;
}

const flag = (v: unknown): true | undefined => (v === true || v === "true" || v === 1 ? true : undefined);
const text = (v: unknown) =>
  typeof v === "string" && v !== "" ? v : typeof v === "number" ? String(v) : undefined;

/** Reads a filter from a URL; what is not understood is dropped. */
export function parseFilter(search: Record<string, unknown>): Filter {
  return {
    q: text(search.q),
    status: search.status === "all" ? "all" : statuses.find((s) => s === search.status),
    client: text(search.client),
    risks: flag(search.risks),
    due: flag(search.due),
  };
}

/** Whether the filter is anything but the first one. */
export function isNarrowed(filter: Filter): boolean {
  return Boolean(filter.q || filter.status || filter.client || filter.risks || filter.due);
}

function matches(p: ProjectSummary, f: Filter): boolean {
  if (f.status === undefined ? p.status === "completed" : f.status !== "all" && p.status !== f.status)
    return false;
  if (f.client && p.client !== f.client) return false;
  if (f.risks && p.risks === 0) return false;
  if (f.due && p.due_7_days === 0 && p.overdue === 0) return false;
  const words = (f.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const in_ = [p.name, p.job_number, p.client, p.address, ...p.aliases].join("\n").toLowerCase();
  return words.every((w) => in_.includes(w));
}

/** The projects the filter leaves, newest mail first; those without mail last, by name. */
export function applyFilter(projects: readonly ProjectSummary[], filter: Filter): ProjectSummary[] {
  return projects
    .filter((p) => matches(p, filter))
    .sort(
      (a, b) => (b.last_mail_at ?? "").localeCompare(a.last_mail_at ?? "") || a.name.localeCompare(b.name),
    );
}

/** How many projects a chip would leave beside the other filters. */
export function countWith(
  projects: readonly ProjectSummary[],
  filter: Filter,
  chip: Partial<Filter>,
): number {
  const with_ = { ...filter, ...chip };
  return projects.filter((p) => matches(p, with_)).length;
}

/** The clients there are, by name. */
export function clientsOf(projects: readonly ProjectSummary[]): string[] {
  return [...new Set(projects.map((p) => p.client).filter(Boolean))].sort((a, b) => a.localeCompare(b));
}

/** The same projects in an order remembered from before; those it does not know stand first. */
export function keepOrder(projects: readonly ProjectSummary[], ids: readonly string[]): ProjectSummary[] {
  const place = new Map(ids.map((id, i) => [id, i]));
  return projects.toSorted((a, b) => (place.get(a.id) ?? -1) - (place.get(b.id) ?? -1));
}
