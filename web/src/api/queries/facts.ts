import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { Amount, Changes, Fact, FactKind, List, SearchHit } from "../types";
import { orgKey } from "./orgs";

/** What a person says of a fact; only what is given changes. */
export interface Judgement {
  id: string;
  state: "confirmed" | "corrected" | "rejected" | "open";
  text?: string;
  kind?: FactKind;
  /** Null: there is none; so for the two below. */
  owner?: string | null;
  deadline?: string | null;
  amount?: Amount | null;
  start?: number;
  end?: number;
  quote?: string;
  reason?: RejectReason;
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

  /** Open actions by deadline. */
  actions: (org: string, owner = "", due = "") =>
    queryOptions({
      queryKey: [...orgKey(org), "actions", owner, due] as const,
      queryFn: ({ signal }) =>
        call<List<Fact>>(
          "GET",
          `${path("orgs", org, "actions")}${query({ owner, due, limit: 200 })}`,
          undefined,
          {
            signal,
          },
        ),
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
