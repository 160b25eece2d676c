import type { Fact } from "../../api/types";
import { isMine } from "../../domain/mine";

/** What narrows the list of actions; all of it stands in the URL. */
export interface Filter {
  /** Mine or everyone's; mine when missing and there are any. */
  who?: "mine" | "all";
  q?: string;
}

/** Reads a filter from a URL; what is not understood is dropped. */
export function parseFilter(search: Record<string, unknown>): Filter {
  return {
    who: search.who === "mine" || search.who === "all" ? search.who : undefined,
    q: typeof search.q === "string" && search.q !== "" ? search.q : undefined,
  };
}

/** The actions of the filter, and how many each choice would show. */
export function narrow(facts: readonly Fact[], filter: Filter, user: { name: string; email: string }) {
  const words = (filter.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const worded = facts.filter((f) =>
    words.every((w) => `${f.text}\n${f.owner ?? ""}`.toLowerCase().includes(w)),
  );
  const mine = worded.filter((f) => isMine(f, user));
  const who = filter.who ?? (facts.some((f) => isMine(f, user)) ? "mine" : "all");
  return { who, shown: who === "mine" ? mine : worded, mine: mine.length, all: worded.length };
}
