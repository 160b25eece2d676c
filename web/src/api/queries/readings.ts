import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { List, Reading, ReadingDetail, RereadPlan } from "../types";
import { emailQueries } from "./emails";
import { orgKey } from "./orgs";

/** Which mail is read again, and by what. */
export interface RereadAsk {
  emails?: string[];
  project?: string;
  extractor: "rules" | "model";
  /** What it was said to cost and somebody accepted. */
  accepted_micro_usd?: number;
}

export const readingQueries = {
  /** The readings of a mail, newest first. */
  ofEmail: (org: string, id: string) =>
    queryOptions({
      queryKey: [...emailQueries.key(org), "one", id, "readings"] as const,
      queryFn: ({ signal }) =>
        call<List<Reading>>("GET", path("orgs", org, "emails", id, "readings"), undefined, { signal }),
      staleTime: 60_000,
    }),

  /** One reading, with exactly what was sent to a model. */
  one: (org: string, id: string, n: number) =>
    queryOptions({
      queryKey: [...emailQueries.key(org), "one", id, "readings", n] as const,
      queryFn: ({ signal }) =>
        call<ReadingDetail>("GET", path("orgs", org, "emails", id, "readings", String(n)), undefined, {
          signal,
        }),
      staleTime: 60_000,
    }),

  /** Readings that wait to be made or to be accepted; `next` says that there are more. */
  waiting: (org: string) =>
    queryOptions({
      queryKey: [...orgKey(org), "rereads"] as const,
      queryFn: ({ signal }) =>
        call<List<Reading>>("GET", `${path("orgs", org, "rereads")}${query({ limit: 200 })}`, undefined, {
          signal,
        }),
    }),

  /** What reading again would cost. Nothing is read by asking; it is asked for once, and news does not renew it. */
  price: (org: string, ask: RereadAsk) =>
    queryOptions({
      queryKey: [...orgKey(org), "price", ask] as const,
      queryFn: ({ signal }) =>
        call<RereadPlan>("POST", path("orgs", org, "rereads"), { ...ask, dry_run: true }, { signal }),
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      meta: { live: "hold" },
    }),
};

/** Has mail read again. */
export const reread = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (ask: RereadAsk) => call<RereadPlan>("POST", path("orgs", org, "rereads"), ask),
    onSuccess: () =>
      client.invalidateQueries({ queryKey: orgKey(org), predicate: (q) => !q.queryKey.includes("price") }),
  });

/** Accepts a reading that is proposed, or undoes one. */
export const judgeReading = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ email, n, state }: { email: string; n: number; state: "accepted" | "undone" }) =>
      call<ReadingDetail>("PATCH", path("orgs", org, "emails", email, "readings", String(n)), { state }),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org) }),
  });

/** Accepts all readings that are proposed, or undoes all that wait. */
export const judgeRereads = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (state: "accepted" | "undone") =>
      call<{ decided: number; left: number }>("PATCH", path("orgs", org, "rereads"), { state }),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org) }),
  });
