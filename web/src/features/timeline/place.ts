import type { FactKind } from "../../api/types";
import { type ActionFilter, parseActionFilter } from "../../domain/action-filter";
import { factKinds } from "../../domain/fact-kind";

/** A tab of the page. */
export type Tab = FactKind | "files" | "people";

/** Where one is on a project's page; all of it stands in the URL. */
export interface Place extends ActionFilter {
  /** Part of the page; the timeline when missing. */
  tab?: Tab;
  /** Kind the timeline is narrowed to. */
  kind?: FactKind;
  /** Only mails with facts that ask for a person. */
  review?: true;
  /** The timeline begins with this day's mail, YYYY-MM-DD; with the newest when missing. */
  from?: string;
  /** Mail that is open. */
  mail?: string;
  /** Fact whose sentence is marked. */
  fact?: string;
  /** Attachment of that mail whose text lies over the page, by its number. */
  file?: number;
  /** A table is narrowed to facts of this person. */
  by?: string;
  /** A table begins with this day, YYYY-MM-DD. */
  since?: string;
  /** A table shows what was replaced, too. */
  replaced?: true;
}

const text = (v: unknown) => (typeof v === "string" && v !== "" ? v : undefined);
const kind = (v: unknown) => factKinds.find((k) => k === v);
const yes = (v: unknown) => (v === true || v === "true" ? (true as const) : undefined);
const count = (v: unknown) => (Number.isInteger(Number(v)) && Number(v) > 0 ? Number(v) : undefined);
const day = (v: unknown) =>
  typeof v === "string" && /^\d{4}-\d\d-\d\d$/.test(v) && !Number.isNaN(Date.parse(v)) ? v : undefined;

/** Reads a place from a URL; what is not understood is dropped. */
export function parsePlace(search: Record<string, unknown>): Place {
  return {
    tab: kind(search.tab) ?? (search.tab === "files" || search.tab === "people" ? search.tab : undefined),
    kind: kind(search.kind),
    review: yes(search.review),
    from: day(search.from),
    mail: text(search.mail),
    fact: text(search.fact),
    file: count(search.file),
    by: text(search.by),
    since: day(search.since),
    replaced: yes(search.replaced),
    ...parseActionFilter(search),
  };
}
