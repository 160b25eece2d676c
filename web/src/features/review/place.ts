/** Where one is in the review tray; all of it stands in the URL. */
export interface Place {
  /** Unmatched mail when missing. */
  tab?: "unsure" | "kept";
  /** The mail or fact that is open. */
  item?: string;
}

/** Reads a place from a URL; what is not understood is dropped. */
export function parsePlace(search: Record<string, unknown>): Place {
  return {
    tab: search.tab === "unsure" || search.tab === "kept" ? search.tab : undefined,
    item: typeof search.item === "string" && search.item !== "" ? search.item : undefined,
  };
}
