import type { Email } from "../../api/types";

/** Where one is in the review tray; all of it stands in the URL. */
export interface Place {
  /** Unmatched mail when missing. */
  tab?: "unsure" | "quarantine" | "kept";
  /** The mail or fact that is open. */
  item?: string;
  /** Attachment of that mail whose text lies over the page, by its number. */
  file?: number;
}

const tabs: readonly Place["tab"][] = ["unsure", "quarantine", "kept"];

/** Reads a place from a URL; what is not understood is dropped. */
export function parsePlace(search: Record<string, unknown>): Place {
  const file = Number(search.file);
  return {
    tab: tabs.find((t) => t === search.tab),
    item: typeof search.item === "string" && search.item !== "" ? search.item : undefined,
    file: Number.isInteger(file) && file > 0 ? file : undefined,
  };
}

/** The tab a mail waits in; undefined when it waits for nothing. */
export function tabOf(mail: Pick<Email, "state">): { tab: Place["tab"] } | undefined {
  if (mail.state === "review") return { tab: undefined };
  if (mail.state === "quarantined") return { tab: "quarantine" };
  if (mail.state === "filed") return undefined;
  return { tab: "kept" };
}
