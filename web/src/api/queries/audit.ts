import { infiniteQueryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { AuditEntry, List } from "../types";
import { orgKey } from "./orgs";

/** What the audit log is narrowed to; what is missing does not matter. */
export interface AuditFilter {
  /** Id of a person or a key. */
  person?: string;
  action?: string;
  /** First and last day in the organisation's time zone, YYYY-MM-DD, both included. */
  from?: string;
  to?: string;
}

/** Who did what, newest first, page by page. */
export const auditQuery = (org: string, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...orgKey(org), "audit", filter] as const,
    queryFn: ({ signal, pageParam }) =>
      call<List<AuditEntry>>(
        "GET",
        `${path("orgs", org, "audit")}${query({ ...filter, limit: 100, after: pageParam })}`,
        undefined,
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });

/** Where the same entries are to be had as one CSV file. */
export const auditCsv = (org: string, filter: AuditFilter) =>
  `/api/v1/${path("orgs", org, "audit.csv")}${query({ ...filter })}`;
