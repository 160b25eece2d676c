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
  /** Nobody is sure: it is on the mail's own project until a person says. */
  unsure?: boolean;
}

type Split = Pick<Email, "passages" | "passages_set_aside" | "project_id" | "match">;

/** Parts that may belong to another project than the mail's own; none where a person filed the mail. */
function doubtsOf(mail: Split): Email["passages"] {
  if (!mail.project_id || mail.match.reasons[0]?.kind === "person") return [];
  return mail.passages_set_aside.filter((p) => p.unsure && p.project_id !== mail.project_id);
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
  mail: Split & Pick<Email, "facts">,
): ReadonlyMap<string, string> {
  const several =
    mail.passages.length > 0 ||
    doubtsOf(mail).length > 0 ||
    mail.facts.some((f) => f.project_id && f.project_id !== mail.project_id);
  const { data } = useQuery({ ...projectQueries.all(org), enabled: several });
  return useMemo(() => new Map(several ? data?.map((p) => [p.id, p.name] as const) : []), [several, data]);
}

/** The passages of a mail with the names of their projects, in order, those in doubt among them. */
export function usePassages(mail: Split, names: ReadonlyMap<string, string>): readonly NamedPassage[] {
  return useMemo(
    () =>
      [...mail.passages, ...doubtsOf(mail)]
        .flatMap(({ start, end, project_id: project, unsure }) => {
          const name = names.get(project);
          return name ? [{ start, end, project, name, unsure }] : [];
        })
        .sort((a, b) => a.start - b.start),
    [mail, names],
  );
}
