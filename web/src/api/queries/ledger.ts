import { infiniteQueryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { LedgerEntry, List } from "../types";
import { orgKey } from "./orgs";

/** What the ledger is narrowed to; what is missing does not matter. */
export interface LedgerFilter {
  /** First and last day in the organisation's time zone, YYYY-MM-DD, both included. */
  from: string;
  to: string;
  /** Id of a project. */
  project?: string;
  /** Name of a model. */
  model?: string;
  /** What it was asked for. */
  step?: LedgerEntry["step"];
  /** Id of who asked for it; "settings": nobody did. */
  person?: string;
  outcome?: LedgerEntry["outcome"];
  /** Id of a mail. */
  email?: string;
}

/** Single calls of models, newest first, page by page. */
export const ledgerQuery = (org: string, filter: LedgerFilter) =>
  infiniteQueryOptions({
    queryKey: [...orgKey(org), "usage", "ledger", filter] as const,
    queryFn: ({ signal, pageParam }) =>
      call<List<LedgerEntry>>(
        "GET",
        `${path("orgs", org, "usage", "ledger")}${query({ ...filter, limit: 50, after: pageParam })}`,
        undefined,
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });

/** Where the same calls are to be had as one CSV file. */
export const ledgerCsv = (org: string, filter: LedgerFilter) =>
  `/api/v1/${path("orgs", org, "usage", "ledger.csv")}${query({ ...filter })}`;
