import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { Amount, Changes, Event, Fact, FactChain, FactKind, List, SearchHit, Standing } from "../types";
import { orgKey } from "./orgs";

/** What a person says of a fact; only what is given changes. */
export interface Judgement {
  id: string;
  state: "confirmed" | "corrected" | "rejected" | "superseded" | "open";
  text?: string;
  kind?: FactKind;
  /** Null: there is none; so for the two below. */
  owner?: string | null;
  deadline?: string | null;
  amount?: Amount | null;
  standing?: Standing | null;
  start?: number;
  end?: number;
  quote?: string;
  reason?: RejectReason;
}

/** That an action is done or a risk closed, or that it is not after all. */
export interface Finish {
  id: string;
  done: boolean;
}

/** Why a fact is rejected. */
export type RejectReason = "wrong" | "not_a_fact" | "duplicate" | "wrong_project";

export const factQueries = {
  /** Facts and moves since an instant (RFC 3339), newest first. Held while being read: see live.ts. */
  changes: (org: string, since: string) =>
    queryOptions({
      queryKey: [...orgKey(org), "changes", since] as const,
      queryFn: ({ signal }) =>
        call<Changes>("GET", `${path("orgs", org, "changes")}${query({ since, limit: 200 })}`, undefined, {
          signal,
        }),
      meta: { live: "hold" },
    }),

  /** A fact with what other mails say of the same thing. */
  chain: (org: string, id: string) =>
    queryOptions({
      queryKey: [...orgKey(org), "chain", id] as const,
      queryFn: ({ signal }) => call<FactChain>("GET", path("orgs", org, "facts", id), undefined, { signal }),
      staleTime: 60_000,
    }),

  /** What people judged since a day, newest first, as far as a few pages of changes reach. */
  judged: (org: string, day: string) =>
    queryOptions({
      queryKey: [...orgKey(org), "judged", day] as const,
      queryFn: async ({ signal }) => {
        const judged: Event[] = [];
        let after: string | null = "";
        for (let page = 0; after !== null && page < 5; page++) {
          const part: Changes = await call<Changes>(
            "GET",
            `${path("orgs", org, "changes")}${query({ since: day, limit: 200, after })}`,
            undefined,
            { signal },
          );
          judged.push(...part.items.filter((e) => /^fact_(confirmed|corrected|rejected)$/.test(e.kind)));
          after = part.next;
        }
        return judged;
      },
    }),

  /** Open actions, or those that are done, by deadline. */
  actions: (org: string, done = false) =>
    queryOptions({
      queryKey: [...orgKey(org), "actions", done] as const,
      queryFn: ({ signal }) =>
        call<List<Fact>>("GET", `${path("orgs", org, "actions")}${query({ done, limit: 200 })}`, undefined, {
          signal,
        }),
    }),

  /** Facts below the line of certainty that nobody judged yet, of one project or of all. */
  unsure: (org: string, project = "") =>
    queryOptions({
      queryKey: [...orgKey(org), "unsure", project] as const,
      queryFn: ({ signal }) =>
        call<List<Fact>>(
          "GET",
          `${path("orgs", org, "unsure")}${query({ project, limit: 200 })}`,
          undefined,
          { signal },
        ),
    }),

  /** Facts, mails, files and projects with these words. */
  search: (org: string, text: string, project = "") =>
    queryOptions({
      queryKey: [...orgKey(org), "search", text, project] as const,
      queryFn: ({ signal }) =>
        call<List<SearchHit>>(
          "GET",
          `${path("orgs", org, "search")}${query({ q: text, project, limit: 20 })}`,
          undefined,
          {
            signal,
          },
        ),
      staleTime: 10_000,
    }),
};

/** Confirms, corrects, rejects or reopens a fact. */
export const judgeFact = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ id, ...body }: Judgement) => call<Fact>("PATCH", path("orgs", org, "facts", id), body),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org) }),
  });

/** Marks an action done or closes a risk, or takes that back. */
export const finishFact = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ id, done }: Finish) => call<Fact>("PATCH", path("orgs", org, "facts", id), { done }),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org) }),
  });
