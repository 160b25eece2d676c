import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { projectQueries } from "../api/queries/projects";
import type { Email } from "../api/types";

/** A stretch of a mail about a project of its own, in code points, with the project's name. */
export interface NamedPassage {
  start: number;
  end: number;
  project: string;
  name: string;
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
