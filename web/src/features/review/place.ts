/** Where one is in the review tray; all of it stands in the URL. */
export interface Place {
  /** Unmatched mail when missing. */
  tab?: "unsure" | "parked" | "held";
  /** The mail or fact that is open. */
  item?: string;
}

/** Reads a place from a URL; what is not understood is dropped. */
export function parsePlace(search: Record<string, unknown>): Place {
  return {
    tab: (["unsure", "parked", "held"] as const).find((t) => t === search.tab),
    item: typeof search.item === "string" && search.item !== "" ? search.item : undefined,
  };
}
