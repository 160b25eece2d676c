import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { Books, List, Money, OperatorPayments, ParkedMail, UnroutedMail, Visit } from "../types";
import { orgKey } from "./orgs";

// What whoever runs the installation asks. It is of no organisation.

const key = ["operator"] as const;

/** All organisations with their numbers; each look is noted, so it is not asked for often. */
export const booksQuery = queryOptions({
  queryKey: [...key, "organisations"] as const,
  queryFn: ({ signal }) =>
    call<List<Books>>("GET", `operator/organisations${query({ limit: 200 })}`, undefined, { signal }),
  staleTime: 60_000,
  refetchOnWindowFocus: false,
});

/** One organisation's numbers. */
export const bookQuery = (id: string) =>
  queryOptions({
    queryKey: [...key, "organisations", id] as const,
    queryFn: ({ signal }) => call<Books>("GET", path("operator", "organisations", id), undefined, { signal }),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

/** What each organisation brought and cost in a month (YYYY-MM). */
export const moneyQuery = (month: string) =>
  queryOptions({
    queryKey: [...key, "money", month] as const,
    queryFn: ({ signal }) => call<Money>("GET", `operator/money${query({ month })}`, undefined, { signal }),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

/** Where the same is to be had as one CSV file. */
export const moneyCsv = (month: string) => `/api/v1/operator/money.csv${query({ month })}`;

/** Use that the payment provider is not told of, and who pays twice. */
export const paymentsQuery = queryOptions({
  queryKey: [...key, "payments"] as const,
  queryFn: ({ signal }) => call<OperatorPayments>("GET", "operator/payments", undefined, { signal }),
  staleTime: 60_000,
  refetchOnWindowFocus: false,
});

/** Has use that is stuck be told to the payment provider again. */
export function retryUse(org: string, entry: string): Promise<void> {
  return call<void>("POST", path("operator", "organisations", org, "use", entry, "retry"));
}

/** Mails that could not be read, of all organisations. */
export const parkedQuery = queryOptions({
  queryKey: [...key, "parked"] as const,
  queryFn: ({ signal }) => call<List<ParkedMail>>("GET", "operator/parked", undefined, { signal }),
  staleTime: 60_000,
  refetchOnWindowFocus: false,
});

/** Mails whose address was gone when their turn came, newest first. */
export const unroutedQuery = queryOptions({
  queryKey: [...key, "unrouted"] as const,
  queryFn: ({ signal }) =>
    call<List<UnroutedMail>>("GET", `operator/unrouted${query({ limit: 200 })}`, undefined, { signal }),
  staleTime: 60_000,
  refetchOnWindowFocus: false,
});

/** Enters an organisation to look, with a reason that its admins see. */
export function beginVisit(id: string, given: { reason: string; hours: number }): Promise<Visit> {
  return call<Visit>("POST", path("operator", "organisations", id, "visit"), given);
}

/** Leaves an organisation; nothing of it stays in the page. */
export const endVisit = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: () => call<void>("DELETE", path("operator", "organisations", org, "visit")),
    onSuccess: () => client.cancelQueries({ queryKey: orgKey(org) }),
  });

/** Suspends an organisation, or ends that, with a reason that its admins see. */
export function suspend(id: string, given: { suspended: boolean; reason: string }): Promise<Books> {
  return call<Books>("PATCH", path("operator", "organisations", id), given);
}

const unrouted = (mail: UnroutedMail, ...more: string[]) =>
  `${path("operator", "unrouted", mail.sha256, ...more)}${query({ recipient: mail.recipient })}`;

/** Deletes a mail that led nowhere. */
export function dropUnrouted(mail: UnroutedMail): Promise<void> {
  return call<void>("DELETE", unrouted(mail));
}

/** Carries a mail that led nowhere to an address that leads somewhere. */
export function redeliver(mail: UnroutedMail, to: string): Promise<void> {
  return call<void>("POST", unrouted(mail, "redeliver"), { to });
}

/** What was asked of the operator's side is asked again. */
export const refreshOperator = (client: QueryClient) => client.invalidateQueries({ queryKey: key });
