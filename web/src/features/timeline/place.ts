import type { FactKind } from "../../api/types";
import { factKinds } from "../../domain/fact-kind";

/** A tab of the page. */
export type Tab = FactKind | "files" | "people";

/** Where one is on a project's page; all of it stands in the URL. */
export interface Place {
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
}

const text = (v: unknown) => (typeof v === "string" && v !== "" ? v : undefined);
const kind = (v: unknown) => factKinds.find((k) => k === v);
const count = (v: unknown) => (Number.isInteger(Number(v)) && Number(v) > 0 ? Number(v) : undefined);
const day = (v: unknown) =>
  typeof v === "string" && /^\d{4}-\d\d-\d\d$/.test(v) && !Number.isNaN(Date.parse(v)) ? v : undefined;

/** Reads a place from a URL; what is not understood is dropped. */
export function parsePlace(search: Record<string, unknown>): Place {
  return {
    tab: kind(search.tab) ?? (search.tab === "files" || search.tab === "people" ? search.tab : undefined),
    kind: kind(search.kind),
    review: search.review === true || search.review === "true" ? true : undefined,
    from: day(search.from),
    mail: text(search.mail),
    fact: text(search.fact),
    file: count(search.file),
  };
}
