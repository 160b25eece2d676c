import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { Elsewhere, Invoices, Payer, PlanChange, Subscription } from "../types";
import { orgKey, subscriptionQuery } from "./orgs";

/** What the organisation was asked to pay, newest first. */
export const invoicesQuery = (org: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "invoices"] as const,
    queryFn: ({ signal }) => call<Invoices>("GET", path("orgs", org, "invoices"), undefined, { signal }),
  });

/** Who pays, how, and what next; admins alone may ask. Of a subscription that changed it is asked for anew. */
export const payerQuery = (org: string, { status, subscribed, plan, next_plan, cancel_at }: Subscription) =>
  queryOptions({
    queryKey: [...orgKey(org), "payer", status, subscribed, plan.name, next_plan, cancel_at] as const,
    queryFn: ({ signal }) =>
      call<Payer>("GET", path("orgs", org, "subscription", "payer"), undefined, { signal }),
    staleTime: 30_000,
  });

/** What another plan would cost now; asked for anew each time. */
export const planChangeQuery = (org: string, plan: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "plan-change", plan] as const,
    queryFn: ({ signal }) =>
      call<PlanChange>("GET", `${path("orgs", org, "subscription", "change")}${query({ plan })}`, undefined, {
        signal,
      }),
    gcTime: 0,
    staleTime: 0,
  });

/** The payment provider's page on which a plan is subscribed to. */
export const beginCheckout = (org: string) =>
  mutationOptions({
    mutationFn: (plan: string) =>
      call<Elsewhere>("POST", path("orgs", org, "subscription", "checkout"), { plan }),
  });

/** The payment provider's page on which is changed how is paid. */
export const openPortal = (org: string) =>
  mutationOptions({
    mutationFn: () => call<Elsewhere>("POST", path("orgs", org, "subscription", "portal")),
  });

/** Changes the plan, or has the subscription end with its period, or takes either back. */
export const changeSubscription = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (change: { plan?: string; cancel?: boolean }) =>
      call<Subscription>("PATCH", path("orgs", org, "subscription"), change),
    onSuccess: async (now) => {
      client.setQueryData(subscriptionQuery(org).queryKey, now);
      await Promise.all([
        client.invalidateQueries({ queryKey: invoicesQuery(org).queryKey }),
        client.invalidateQueries({ queryKey: [...orgKey(org), "summary"] }),
      ]);
    },
  });
