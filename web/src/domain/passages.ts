import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { projectQueries } from "../api/queries/projects";
import type { Email, Fact } from "../api/types";

/** A stretch of a mail about a project of its own, in code points, with the project's name. */
export interface NamedPassage {
  start: number;
  end: number;
  project: string;
  name: string;
}

const WORDS_LENGTH = 80;

/** What a passage begins with, on one line: how people tell it from others. */
export function wordsOf(text: string, { start, end }: { start: number; end: number }): string {
  const points = [...[...text].slice(start, end).join("").trim().replace(/\s+/g, " ")];
  if (points.length <= WORDS_LENGTH) return points.join("");
  const cut = points.slice(0, WORDS_LENGTH).join("");
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), 0)) || cut}…`;
}

/** Whether a mail stands on the timeline of a project: as a whole, or by a passage. */
export function standsOn(mail: Pick<Email, "passages" | "project_id">, project: string): boolean {
  return mail.project_id === project || mail.passages.some((p) => p.project_id === project);
}

/** A project on whose timeline a mail is found: its own, else that of its first passage. */
export function homeOf(mail: Pick<Email, "passages" | "project_id">): string | undefined {
  return mail.project_id ?? mail.passages[0]?.project_id;
}

/** What a mail says of a project; of one that is filed in one piece, all it says. */
export function factsOn(mail: Pick<Email, "passages" | "facts">, project: string): Fact[] {
  return mail.passages.length === 0 ? mail.facts : mail.facts.filter((f) => f.project_id === project);
}

/** The names of projects, where a mail is about more than one; empty otherwise. */
export function useProjectNames(
  org: string,
  mail: Pick<Email, "passages" | "facts" | "project_id">,
): ReadonlyMap<string, string> {
  const several =
    mail.passages.length > 0 || mail.facts.some((f) => f.project_id && f.project_id !== mail.project_id);
  const { data } = useQuery({ ...projectQueries.all(org), enabled: several });
  return useMemo(() => new Map(several ? data?.map((p) => [p.id, p.name] as const) : []), [several, data]);
}

/** The passages of a mail with the names of their projects, in order. */
export function usePassages(
  mail: Pick<Email, "passages">,
  names: ReadonlyMap<string, string>,
): readonly NamedPassage[] {
  return useMemo(
    () =>
      mail.passages
        .flatMap(({ start, end, project_id: project }) => {
          const name = names.get(project);
          return name ? [{ start, end, project, name }] : [];
        })
        .sort((a, b) => a.start - b.start),
    [mail.passages, names],
  );
}
