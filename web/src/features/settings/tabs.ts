/** The parts of the settings, in the order of the menu. */
export const tabs = [
  { id: "members", label: "Members" },
  { id: "organisation", label: "Organisation" },
  { id: "senders", label: "Allowed senders" },
  { id: "reading", label: "Reading and filing" },
  { id: "notifications", label: "Notifications" },
  { id: "keys", label: "API keys" },
  { id: "data", label: "Your data" },
  { id: "audit", label: "Audit log" },
  { id: "security", label: "Security" },
  { id: "you", label: "You" },
] as const;

export type TabId = (typeof tabs)[number]["id"];

/** Where one is in the settings; all of it stands in the URL. */
export interface Place {
  /** The first one when missing. */
  tab?: Exclude<TabId, "members">;
  /** Whose entries of the audit log are shown: an id; everybody's when missing. */
  person?: string;
  /** Which action the audit log is narrowed to. */
  action?: string;
  /** First and last day of the audit log, YYYY-MM-DD, both included. */
  from?: string;
  to?: string;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

/** A day of the calendar as YYYY-MM-DD, or undefined. */
function day(value: unknown): string | undefined {
  const given = text(value);
  if (!given || !/^\d{4}-\d\d-\d\d$/.test(given)) return undefined;
  const at = new Date(`${given}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(given) ? given : undefined;
}

/**
 * Reads a place from a URL; what is not understood is dropped. Every name is in
 * the answer: the router keeps what a URL says of those that are not.
 */
export function parsePlace(search: Record<string, unknown>): Place {
  const tab = tabs.find((t) => t.id === search.tab)?.id;
  const audit = tab === "audit";
  return {
    tab: tab === "members" ? undefined : tab,
    person: audit ? text(search.person) : undefined,
    action: audit ? text(search.action) : undefined,
    from: audit ? day(search.from) : undefined,
    to: audit ? day(search.to) : undefined,
  };
}
