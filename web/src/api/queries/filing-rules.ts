import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { FilingRule, List } from "../types";
import { orgKey } from "./orgs";

/** What a person says of a rule of where mail goes. */
export interface FilingInput {
  /** Address or @domain of the author; empty for anybody. */
  from: string;
  /** Empty for any. */
  words: string;
  project_id: string;
}

/** What corrections taught about where mail goes, newest first. */
export const filingRulesQuery = (org: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "filing-rules"] as const,
    queryFn: ({ signal }) =>
      call<List<FilingRule>>(
        "GET",
        `${path("orgs", org, "filing-rules")}${query({ limit: 200 })}`,
        undefined,
        { signal },
      ),
  });

/** Makes a rule, or changes the one of an id. Mail stays where it is. */
export const saveFilingRule = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ id, ...rule }: FilingInput & { id?: string }) =>
      id
        ? call<FilingRule>("PATCH", path("orgs", org, "filing-rules", id), rule)
        : call<FilingRule>("POST", path("orgs", org, "filing-rules"), rule),
    onSuccess: () => client.invalidateQueries({ queryKey: filingRulesQuery(org).queryKey }),
  });

/** Removes a rule: mail is filed as if it had never been. */
export const dropFilingRule = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => call<void>("DELETE", path("orgs", org, "filing-rules", id)),
    onSuccess: () => client.invalidateQueries({ queryKey: filingRulesQuery(org).queryKey }),
  });
