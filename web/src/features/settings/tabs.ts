/** The parts of the settings, in the order of the menu. */
export const tabs = [
  { id: "members", label: "Members" },
  { id: "organisation", label: "Organisation" },
  { id: "senders", label: "Allowed senders" },
  { id: "reading", label: "Reading and filing" },
  { id: "you", label: "You" },
] as const;

export type TabId = (typeof tabs)[number]["id"];

/** Where one is in the settings; all of it stands in the URL. */
export interface Place {
  /** The first one when missing. */
  tab?: Exclude<TabId, "members">;
}

/**
 * Reads a place from a URL; what is not understood is dropped. Every name is in
 * the answer: the router keeps what a URL says of those that are not.
 */
export function parsePlace(search: Record<string, unknown>): Place {
  const tab = tabs.find((t) => t.id === search.tab)?.id;
  return { tab: tab === "members" ? undefined : tab };
}
