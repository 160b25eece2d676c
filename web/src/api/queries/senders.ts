import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { List, SenderRule } from "../types";
import { orgKey } from "./orgs";

/** Who may send mail in beyond members and their domains, and who may not; newest first. */
export const sendersQuery = (org: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "senders"] as const,
    queryFn: ({ signal }) =>
      call<List<SenderRule>>("GET", `${path("orgs", org, "senders")}${query({ limit: 200 })}`, undefined, {
        signal,
      }),
    staleTime: 30_000,
  });

/** Allows or blocks an address, a domain or anyone. A rule for the same gives way. */
export const saveSender = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (rule: { pattern: string; allow: boolean }) =>
      call<SenderRule>("POST", path("orgs", org, "senders"), rule),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org) }),
  });

/** Removes a rule; mail stays where it is. */
export const dropSender = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => call<void>("DELETE", path("orgs", org, "senders", id)),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org) }),
  });
