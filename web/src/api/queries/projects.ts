import { infiniteQueryOptions, mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type {
  Event,
  Fact,
  FactKind,
  List,
  Project,
  ProjectDetail,
  ProjectStatus,
  ProjectSummary,
} from "../types";
import { orgKey } from "./orgs";

/** What a person fills in for a project. */
export interface ProjectInput {
  name: string;
  job_number: string;
  address: string;
  client: string;
  status: ProjectStatus;
}

const key = (org: string) => [...orgKey(org), "projects"] as const;

/** Gathers every page of a list, up to a bound that keeps a page usable. */
async function all<T>(
  base: string,
  params: Record<string, string | undefined>,
  signal: AbortSignal,
): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await call<List<T>>("GET", `${base}${query({ ...params, limit: 200, after })}`, undefined, {
      signal,
    });
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after && items.length < 2000);
  return items;
}

export const projectQueries = {
  key,

  /** Every project of the organisation, newest mail first. Filters are counted over it, so it is one list. */
  all: (org: string) =>
    queryOptions({
      queryKey: [...key(org), "all"] as const,
      queryFn: ({ signal }) => all<ProjectSummary>(path("orgs", org, "projects"), {}, signal),
      staleTime: 15_000,
    }),

  one: (org: string, id: string) =>
    queryOptions({
      queryKey: [...key(org), "one", id] as const,
      queryFn: ({ signal }) =>
        call<ProjectDetail>("GET", path("orgs", org, "projects", id), undefined, { signal }),
    }),

  /** The project's timeline, newest first, page by page. Held while being read: see live.ts. */
  events: (org: string, id: string) =>
    infiniteQueryOptions({
      queryKey: [...key(org), "one", id, "events"] as const,
      queryFn: ({ signal, pageParam }) =>
        call<List<Event>>(
          "GET",
          `${path("orgs", org, "projects", id, "events")}${query({ after: pageParam, limit: 200 })}`,
          undefined,
          { signal },
        ),
      initialPageParam: "",
      getNextPageParam: (page) => page.next,
      refetchOnWindowFocus: false,
      meta: { live: "hold" },
    }),

  facts: (org: string, id: string, kind?: FactKind, state?: string) =>
    queryOptions({
      queryKey: [...key(org), "one", id, "facts", kind ?? "", state ?? ""] as const,
      queryFn: ({ signal }) => all<Fact>(path("orgs", org, "projects", id, "facts"), { kind, state }, signal),
    }),
};

/** Opens a project by hand. */
export const createProject = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (input: ProjectInput) =>
      call<Project>("POST", path("orgs", org, "projects"), { ...input, aliases: [], people: [] }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: key(org) }),
        client.invalidateQueries({ queryKey: [...orgKey(org), "summary"] }),
      ]),
  });

/** Changes any of a project's own fields. */
export const changeProject = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ id, ...input }: Partial<ProjectInput> & { id: string }) =>
      call<ProjectDetail>("PATCH", path("orgs", org, "projects", id), input),
    onSuccess: () => client.invalidateQueries({ queryKey: key(org) }),
  });

/** Notes that this person has seen the project; its unseen count falls to zero. */
export const markSeen = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => call<void>("POST", path("orgs", org, "projects", id, "seen")),
    onSuccess: () => client.invalidateQueries({ queryKey: [...key(org), "all"] }),
  });
