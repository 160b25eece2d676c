import type { ProjectSummary, SearchHit } from "../../api/types";
import { shortName } from "../../domain/project-name";
import type { Binding } from "../../lib/keys";
import { lead, mark, type Piece, pieces } from "../../lib/marks";
import { plural } from "../../lib/money";

/** One line of the palette that can be chosen. */
export type Item =
  | { key: string; kind: "hit"; hit: SearchHit; title: Piece[]; snippet: Piece[] }
  | { key: string; kind: "project"; project: ProjectSummary; title: Piece[] }
  | { key: string; kind: "widen"; title: Piece[]; where: string }
  | { key: string; kind: "command"; command: Binding; title: Piece[] };

/** Lines under one heading. */
export interface Section {
  heading: string;
  items: Item[];
}

interface Input {
  text: string;
  /** The project searched first, when there is one. */
  scope?: ProjectSummary;
  /** Hits of the scope, or of everything without one. */
  hits: readonly SearchHit[];
  /** With a scope: hits of everything. */
  elsewhere: readonly SearchHit[];
  projects: readonly ProjectSummary[];
  /** Ids of the projects opened last, newest first. */
  recent: readonly string[];
  commands: readonly Binding[];
}

/** A title of so many characters fits beside its author; a longer one begins near its match. */
const FITS = 64;
const LEAD = 32;

const MOST = { facts: 6, mail: 5, projects: 5, commands: 6, recent: 5 };

/**
 * What the palette lists, in its order: facts, mail, other projects, commands.
 * Without a text it opens with recent projects and the commands.
 */
export function sections(input: Input): Section[] {
  const text = input.text.trim();
  const words = text.split(/\s+/).filter(Boolean);
  const list = text ? found(input, words) : [recent(input)];
  return [...list, commands(input, words)].filter((s) => s.items.length > 0);
}

function recent({ projects, recent: ids, scope }: Input): Section {
  const known = ids.flatMap((id) => projects.find((p) => p.id === id) ?? []);
  const rest = projects.filter((p) => p.status !== "completed" && !known.includes(p));
  const items = [...known, ...rest].filter((p) => p.id !== scope?.id).slice(0, MOST.recent);
  return { heading: "Recent", items: items.map((p) => projectItem(p, [])) };
}

function found({ text, scope, hits, elsewhere, projects }: Input, words: string[]): Section[] {
  const facts = hits.filter((h) => h.kind === "fact");
  const mail = hits.filter((h) => h.kind === "mail" || h.kind === "attachment");
  const named = projects.filter(
    (p) =>
      p.id !== scope?.id &&
      (hits.some((h) => h.kind === "project" && h.id === p.id) ||
        words.every((w) => `${p.name} ${p.job_number} ${p.client}`.toLowerCase().includes(w.toLowerCase()))),
  );
  const others = named.slice(0, MOST.projects).map((p) => projectItem(p, words));
  const widen = scope ? wider(text.trim(), scope, elsewhere, projects) : undefined;
  return [
    {
      heading: scope ? `Facts in ${shortName(scope.name)}` : "Facts",
      items: facts.slice(0, MOST.facts).map((h) => hitItem(h, words)),
    },
    { heading: "Mail", items: mail.slice(0, MOST.mail).map((h) => hitItem(h, words)) },
    { heading: scope ? "Other projects" : "Projects", items: widen ? [widen, ...others] : others },
  ];
}

function wider(
  text: string,
  scope: ProjectSummary,
  elsewhere: readonly SearchHit[],
  projects: readonly ProjectSummary[],
): Item | undefined {
  const facts = elsewhere.filter((h) => h.kind === "fact" && h.project_id && h.project_id !== scope.id);
  if (facts.length === 0) return undefined;
  const names = [...new Set(facts.map((h) => h.project_id))].flatMap((id) => {
    const p = projects.find((q) => q.id === id);
    return p ? [shortName(p.name)] : [];
  });
  const where =
    names.length > 2
      ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`
      : names.join(" and ") || "other projects";
  return {
    key: "widen",
    kind: "widen",
    title: [
      { text: `${plural(facts.length, "fact")} about `, match: false },
      { text, match: true },
    ],
    where,
  };
}

function commands({ commands: all }: Input, words: string[]): Section {
  const items = all
    .filter((c) => words.every((w) => c.label.toLowerCase().includes(w.toLowerCase())))
    .slice(0, MOST.commands)
    .map(
      (c): Item => ({ key: `command ${c.keys}`, kind: "command", command: c, title: mark(c.label, words) }),
    );
  return { heading: "Commands", items };
}

function projectItem(project: ProjectSummary, words: string[]): Item {
  return { key: `project ${project.id}`, kind: "project", project, title: mark(project.name, words) };
}

function hitItem(hit: SearchHit, words: string[]): Item {
  const snippet = pieces(hit.snippet);
  const gone = hit.state === "superseded" || hit.state === "rejected";
  const title = mark(hit.title, gone ? [] : [...words, ...snippet.filter((p) => p.match).map((p) => p.text)]);
  return {
    key: `${hit.kind} ${hit.id} ${hit.n ?? ""}`,
    kind: "hit",
    hit,
    title: hit.title.length > FITS ? lead(title, LEAD) : title,
    // The words around a match are shown where the title does not show it.
    snippet: gone || title.some((p) => p.match) ? [] : snippet,
  };
}
