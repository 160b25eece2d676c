import { infiniteQueryOptions, mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { Email, EmailDetail, FactKind, FileText, List, Moved } from "../types";
import { orgKey } from "./orgs";

const key = (org: string) => [...orgKey(org), "emails"] as const;

/** What narrows a list of mails. */
export interface EmailFilter {
  state?: string;
  project?: string;
  thread?: string;
  kind?: FactKind;
  before?: string;
  order?: "date" | "received";
}

/** Where a mail goes. */
export interface Move {
  id: string;
  project_id: string | null;
  to?: "project" | "none" | "review" | "passages";
  thread?: boolean;
}

export const emailQueries = {
  key,

  /** Mails with their facts, page by page. Held while being read: see live.ts. */
  list: (org: string, filter: EmailFilter) =>
    infiniteQueryOptions({
      queryKey: [...key(org), "list", filter] as const,
      queryFn: ({ signal, pageParam }) =>
        call<List<Email>>(
          "GET",
          `${path("orgs", org, "emails")}${query({ ...filter, after: pageParam })}`,
          undefined,
          { signal },
        ),
      initialPageParam: "",
      getNextPageParam: (page) => page.next,
      refetchOnWindowFocus: false,
      meta: { live: "hold" },
    }),

  /** Every mail of a project, or those with facts of a kind, newest first, up to a bound that keeps a page usable. */
  ofProject: (org: string, project: string, kind?: FactKind) =>
    queryOptions({
      queryKey: [...key(org), "project", project, kind ?? ""] as const,
      queryFn: async ({ signal }) => {
        const mails: Email[] = [];
        let after: string | null = "";
        do {
          const page: List<Email> = await call<List<Email>>(
            "GET",
            `${path("orgs", org, "emails")}${query({ project, kind, order: "date", limit: 200, after })}`,
            undefined,
            { signal },
          );
          mails.push(...page.items);
          after = page.next;
        } while (after && mails.length < 2000);
        return { mails, whole: after === null };
      },
    }),

  /** The newest mails of the whole organisation, in whatever state. */
  newest: (org: string) =>
    queryOptions({
      queryKey: [...key(org), "newest"] as const,
      queryFn: ({ signal }) =>
        call<List<Email>>("GET", `${path("orgs", org, "emails")}${query({ limit: 50 })}`, undefined, {
          signal,
        }),
    }),

  one: (org: string, id: string) =>
    queryOptions({
      queryKey: [...key(org), "one", id] as const,
      queryFn: ({ signal }) =>
        call<EmailDetail>("GET", path("orgs", org, "emails", id), undefined, { signal }),
      staleTime: 60_000,
    }),

  /** What was read of a file that came with a mail. */
  file: (org: string, id: string, n: number) =>
    queryOptions({
      queryKey: [...key(org), "one", id, "file", n] as const,
      queryFn: ({ signal }) =>
        call<FileText>("GET", path("orgs", org, "emails", id, "attachments", String(n), "text"), undefined, {
          signal,
        }),
      staleTime: 60_000,
    }),

  /** Mail in one of the states that belong to no tray, newest received first; `next` says that there is more. */
  inState: (org: string, state: "quarantined" | "automatic") =>
    queryOptions({
      queryKey: [...key(org), "state", state] as const,
      queryFn: ({ signal }) =>
        call<List<Email>>("GET", `${path("orgs", org, "emails")}${query({ state, limit: 200 })}`, undefined, {
          signal,
        }),
    }),

  /** Mails by which a mail provider asks whether it may forward mail here. Only admins may ask. */
  confirmations: (org: string) =>
    queryOptions({
      queryKey: [...key(org), "confirmations"] as const,
      queryFn: ({ signal }) =>
        call<List<Email>>("GET", path("orgs", org, "confirmations"), undefined, { signal }),
    }),

  /** Mail that was received and kept, but not read: what could not be processed, and what is held. */
  kept: (org: string) =>
    queryOptions({
      queryKey: [...key(org), "kept"] as const,
      queryFn: async ({ signal }) => {
        const states = ["parked", "held"].map((state) =>
          call<List<Email>>(
            "GET",
            `${path("orgs", org, "emails")}${query({ state, limit: 200 })}`,
            undefined,
            {
              signal,
            },
          ),
        );
        return (await Promise.all(states)).flatMap((l) => l.items);
      },
    }),

  /** The tray of mail that no project was sure of, newest first. */
  review: (org: string) =>
    queryOptions({
      queryKey: [...key(org), "review"] as const,
      queryFn: ({ signal }) =>
        call<List<Email>>("GET", `${path("orgs", org, "review")}${query({ limit: 200 })}`, undefined, {
          signal,
        }),
    }),
};

/** Files or moves a mail; tells the rule that this taught. What it touches is asked for anew. */
export const moveEmail = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ id, ...body }: Move) => call<Moved>("POST", path("orgs", org, "emails", id, "move"), body),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org) }),
  });

/** Has a made-up mail sent to the organisation. It arrives as any other. */
export const sendSample = (org: string) =>
  mutationOptions({ mutationFn: () => call<void>("POST", path("orgs", org, "sample")) });

/** Moves one passage of a mail, named by where it begins, to another project. */
export const movePassage = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ id, start, project_id }: { id: string; start: number; project_id: string }) =>
      call<Email>("PATCH", path("orgs", org, "emails", id, "passages", String(start)), { project_id }),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org) }),
  });

/** Lets one mail in that was kept back, or reads one that a machine wrote. */
export const releaseEmail = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => call<Email>("POST", path("orgs", org, "emails", id, "release")),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org) }),
  });
