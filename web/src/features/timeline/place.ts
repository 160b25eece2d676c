import type { FactKind } from "../../api/types";
import { factKinds } from "../../domain/fact-kind";

/** Where one is on a project's page; all of it stands in the URL. */
export interface Place {
  /** Part of the page; the timeline when missing. */
  tab?: FactKind | "files" | "people";
  /** Kind the timeline is narrowed to. */
  kind?: FactKind;
  /** Mail that is open. */
  mail?: string;
  /** Fact whose sentence is marked. */
  fact?: string;
}

const text = (v: unknown) => (typeof v === "string" && v !== "" ? v : undefined);
const kind = (v: unknown) => factKinds.find((k) => k === v);

/** Reads a place from a URL; what is not understood is dropped. */
export function parsePlace(search: Record<string, unknown>): Place {
  return {
    tab: kind(search.tab) ?? (search.tab === "files" || search.tab === "people" ? search.tab : undefined),
    kind: kind(search.kind),
    mail: text(search.mail),
    fact: text(search.fact),
  };
}
