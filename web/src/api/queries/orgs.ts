import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { List, Member, Organisation, Settings, SettingsPrice, Subscription, Usage } from "../types";

/** Everything asked about one organisation begins with this key; leaving it removes all of it. */
export const orgKey = (org: string) => ["org", org] as const;

/** The organisation itself, with the counts beside its places. */
export const orgQuery = (org: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "summary"] as const,
    queryFn: ({ signal }) => call<Organisation>("GET", path("orgs", org), undefined, { signal }),
    staleTime: 30_000,
  });

/** Changes what is given of an organisation's name and time zone. */
export const changeOrganisation = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (change: { name?: string; time_zone?: string }) =>
      call<Organisation>("PATCH", path("orgs", org), change),
    onSuccess: async (now) => {
      client.setQueryData(orgQuery(org).queryKey, now);
      // The name stands in the menu of organisations, and days are counted in the zone.
      await Promise.all([
        client.invalidateQueries({ queryKey: ["me"] }),
        client.invalidateQueries({ queryKey: orgKey(org) }),
      ]);
    },
  });

/** Has the organisation deleted in 30 days, or takes that back. */
export const leaveOrganisation = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (leaving: boolean) =>
      leaving
        ? call<Organisation>("DELETE", path("orgs", org))
        : call<Organisation>("POST", path("orgs", org, "restore")),
    onSuccess: (now) => client.setQueryData(orgQuery(org).queryKey, now),
  });

/** Who belongs to the organisation. */
export const membersQuery = (org: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "members"] as const,
    queryFn: ({ signal }) =>
      call<List<Member>>("GET", `${path("orgs", org, "members")}${query({ limit: 200 })}`, undefined, {
        signal,
      }),
  });

/** Mails and cost between two days, both included. */
export const usageQuery = (org: string, from: string, to: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "usage", from, to] as const,
    queryFn: ({ signal }) =>
      call<Usage>("GET", `${path("orgs", org, "usage")}${query({ from, to })}`, undefined, { signal }),
  });

/** Plan, limits, and whether this installation bills at all. */
export const subscriptionQuery = (org: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "subscription"] as const,
    queryFn: ({ signal }) =>
      call<Subscription>("GET", path("orgs", org, "subscription"), undefined, { signal }),
  });

/** What the admins decided about reading and filing. */
export const settingsQuery = (org: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "settings"] as const,
    queryFn: ({ signal }) => call<Settings>("GET", path("orgs", org, "settings"), undefined, { signal }),
    staleTime: 30_000,
  });

/** What a month of reading would cost by other settings; asked for once, and news does not renew it. */
export const settingsPriceQuery = (org: string, change: Pick<SettingsChange, "extractor" | "models">) =>
  queryOptions({
    queryKey: [...orgKey(org), "price", "settings", change] as const,
    queryFn: ({ signal }) =>
      call<SettingsPrice>("POST", path("orgs", org, "settings", "price"), change, { signal }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    meta: { live: "hold" },
  });

export interface SettingsChange extends Partial<Settings> {
  /** What a month was said to cost and somebody accepted. */
  accepted_micro_usd?: number;
}

/** Changes what is given of the settings. */
export const changeSettings = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (change: SettingsChange) => call<Settings>("PATCH", path("orgs", org, "settings"), change),
    onSuccess: async (now) => {
      client.setQueryData(settingsQuery(org).queryKey, now);
      // Whether mail waits for AI budget goes by what reads.
      await Promise.all(
        ["summary", "subscription"].map((of) => client.invalidateQueries({ queryKey: [...orgKey(org), of] })),
      );
    },
  });
