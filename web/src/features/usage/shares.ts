import type { Usage } from "../../api/types";
import type { Division } from "./place";
import { priceless } from "./sums";

/** One line of where it went. */
export interface Line {
  key: string;
  name: string;
  /** Leads to that project. */
  project?: string;
  /** Mails of a project, calls of all else. */
  count: number;
  micro: number;
  /** Its cost is not known. */
  unknown: boolean;
}

const MOST_LINES = 6;

const steps: Record<string, string> = { read: "New mail", reread: "Reading again" };

/** What a model was asked for, in words. */
export const stepWords = (id: string) => steps[id] ?? id;

/** What was used, divided, the dearest first; the end of a long list is one line. `charged`: see priceless. */
export function linesOf(usage: Usage, by: Division, charged = false): Line[] {
  const all = by === "project" ? projects(usage, charged) : shares(usage, by, charged);
  all.sort((a, b) => b.micro - a.micro || b.count - a.count);
  if (all.length <= MOST_LINES) return all;
  const rest = all.slice(MOST_LINES - 1);
  return [
    ...all.slice(0, MOST_LINES - 1),
    {
      key: "others",
      name: `${rest.length} others`,
      count: rest.reduce((n, l) => n + l.count, 0),
      micro: rest.reduce((n, l) => n + l.micro, 0),
      unknown: rest.every((l) => l.unknown),
    },
  ];
}

function projects(usage: Usage, charged: boolean): Line[] {
  const lines: Line[] = usage.projects.map((p) => ({
    key: p.project_id,
    name: p.name,
    project: p.project_id,
    count: p.emails,
    micro: p.cost_micro_usd,
    unknown: priceless(p, charged),
  }));
  const unfiled = usage.emails - usage.projects.reduce((n, p) => n + p.emails, 0);
  if (usage.unfiled_micro_usd > 0 || unfiled > 0) {
    lines.push({
      key: "unfiled",
      name: "Not filed",
      count: Math.max(unfiled, 0),
      micro: usage.unfiled_micro_usd,
      unknown: false,
    });
  }
  return lines;
}

function shares(usage: Usage, by: Division, charged: boolean): Line[] {
  const of = { project: usage.models, model: usage.models, step: usage.steps, person: usage.people }[by];
  return of.map((s) => ({
    key: s.id || "settings",
    name: by === "step" ? stepWords(s.id) : by === "person" ? s.name || s.id || "By the settings" : s.id,
    count: s.calls,
    micro: s.cost_micro_usd,
    unknown: priceless(s, charged),
  }));
}
