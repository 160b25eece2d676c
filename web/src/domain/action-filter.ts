import type { Fact } from "../api/types";
import { isMine } from "./mine";

/** What narrows a list of actions; all of it stands in the URL. */
export interface ActionFilter {
  /** Mine or everyone's. */
  who?: "mine" | "all";
  /** Exactly this owner; "" for those without one. */
  owner?: string;
  q?: string;
  /** Those that are done instead of those that are open. */
  done?: true;
}

/** Reads a filter from a URL; what is not understood is dropped. */
export function parseActionFilter(search: Record<string, unknown>): ActionFilter {
  return {
    who: search.who === "mine" || search.who === "all" ? search.who : undefined,
    owner: typeof search.owner === "string" ? search.owner : undefined,
    q: typeof search.q === "string" && search.q !== "" ? search.q : undefined,
    done: search.done === true || search.done === "true" ? true : undefined,
  };
}

/** The owners of actions with how many each has, by name; those without one last. */
export function ownersOf(facts: readonly Fact[]): { owner: string; count: number }[] {
  const found = new Map<string, { owner: string; count: number }>();
  for (const f of facts) {
    const owner = f.owner?.trim() ?? "";
    const known = found.get(owner.toLowerCase()) ?? { owner, count: 0 };
    known.count++;
    found.set(owner.toLowerCase(), known);
  }
  return [...found.values()].sort((a, b) =>
    a.owner && b.owner ? a.owner.localeCompare(b.owner) : a.owner ? -1 : 1,
  );
}

/**
 * The actions of the filter, and how many each choice would show beside the others.
 * Without a choice mine are shown where `first` says so and there are any.
 */
export function narrowActions(
  facts: readonly Fact[],
  filter: ActionFilter,
  user: { name: string; email: string },
  first: "mine" | "all",
) {
  const words = (filter.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const open = facts.filter((f) => !f.done_at);
  const mineFirst = first === "mine" && filter.owner === undefined && open.some((f) => isMine(f, user));
  const who = filter.who ?? (mineFirst ? "mine" : "all");
  const worded = facts.filter((f) =>
    words.every((w) => `${f.text}\n${f.owner ?? ""}\n${f.quote}`.toLowerCase().includes(w)),
  );
  const owned = (f: Fact) =>
    filter.owner === undefined || (f.owner?.trim() ?? "").toLowerCase() === filter.owner.toLowerCase();
  const ofWho = (f: Fact) => who === "all" || isMine(f, user);
  const inView = (f: Fact) => (f.done_at !== null) === (filter.done === true);
  const count = (is: (f: Fact) => boolean) => worded.filter(is).length;
  return {
    who,
    shown: worded.filter((f) => inView(f) && owned(f) && ofWho(f)),
    all: facts.filter(inView).length,
    mine: count((f) => inView(f) && owned(f) && isMine(f, user)),
    open: count((f) => !f.done_at && owned(f) && ofWho(f)),
    done: count((f) => f.done_at !== null && owned(f) && ofWho(f)),
    owners: ownersOf(worded.filter((f) => inView(f) && ofWho(f))),
  };
}
