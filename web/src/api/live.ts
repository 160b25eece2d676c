import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { observable, useObservable } from "../lib/observable";
import { ApiError, path } from "./client";
import { orgKey } from "./queries/orgs";
import { meQuery } from "./queries/session";
import type { Change } from "./types";

// News from the server. A stream says only what changed, by id. Counts and lists
// are asked for again at once, except queries with meta.live "hold": what is
// being read never shifts. For those, arriving mail is counted and shown as a
// pill ("2 new mails"), and pressing it shows them.

interface Arrival {
  project: string; // "" in review
  at: number;
}

/** Mail that came while this page was open, by email id. */
const arrived = observable<ReadonlyMap<string, Arrival>>(new Map());

/** Whether the stream is up, and when the server was last heard. */
const stream = observable<{ up: boolean; heard: Date | null }>({ up: true, heard: null });

/** Mail that people read when it comes. What a machine wrote counts where it stands on a job: an invitation. */
const arrives = (change: Change) =>
  change.kind === "mail_filed" ||
  change.kind === "mail_in_review" ||
  (change.kind === "mail_automatic" && Boolean(change.project_id));

const SETTLE_MS = 400;
const RETRY_MS = 2000;
const MOST_RETRY_MS = 60_000;

/** Whether a query waits for the reader instead of being renewed by news. */
const held = (query: { meta?: Record<string, unknown> }) => query.meta?.live === "hold";

/** Listens to an organisation's news until the returned function is called. */
export function listen(org: string, client: QueryClient): () => void {
  let source: EventSource;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let retrying: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let missed = false;
  let stopped = false;

  const refresh = () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      client.invalidateQueries({ queryKey: orgKey(org), predicate: (q) => !held(q) });
    }, SETTLE_MS);
  };

  // A browser opens a stream again by itself when the network broke, and gives
  // up when the server refused it: it is starting, or the session has ended.
  const again = () => {
    clearTimeout(retrying);
    retrying = setTimeout(
      () => {
        tries++;
        // A 401 ends in client.ts, which leads to the sign-in page.
        client.fetchQuery({ ...meQuery, staleTime: 0 }).then(open, (error: unknown) => {
          if (!(error instanceof ApiError && error.code === "unknown")) again();
        });
      },
      Math.min(RETRY_MS * 2 ** tries, MOST_RETRY_MS),
    );
  };

  function open() {
    if (stopped) return;
    source = new EventSource(`/api/v1/${path("orgs", org, "events", "stream")}`);
    source.addEventListener("open", () => {
      stream.set({ up: true, heard: new Date() });
      tries = 0;
      if (missed) refresh();
      missed = false;
    });
    source.addEventListener("error", () => {
      if (!missed) stream.set({ up: false, heard: stream.get().heard });
      missed = true;
      if (source.readyState === EventSource.CLOSED) again();
    });
    source.addEventListener("change", (event) => {
      const change = JSON.parse((event as MessageEvent<string>).data) as Change;
      if (arrives(change) && change.email_id) {
        const arrival = { project: change.project_id ?? "", at: Date.now() };
        arrived.set(new Map(arrived.get()).set(change.email_id, arrival));
      }
      stream.set({ up: true, heard: new Date() });
      refresh();
    });
  }

  open();
  return () => {
    stopped = true;
    clearTimeout(settling);
    clearTimeout(retrying);
    source.close();
    // What holds of one organisation's stream says nothing of the next one's.
    arrived.set(new Map());
    stream.set({ up: true, heard: null });
  };
}

/** Keeps an organisation's pages fresh while the component is shown. */
export function useLive(org: string, open = true): void {
  const client = useQueryClient();
  useEffect(() => (open ? listen(org, client) : undefined), [org, client, open]);
}

/** How the stream stands. */
export function useStream(): { up: boolean; heard: Date | null } {
  return useObservable(stream);
}

/**
 * How many mails came that a held list does not show yet, and what shows them.
 * `read` is when the list was read (a query's dataUpdatedAt); without a project
 * mail of the whole organisation counts.
 */
export function useNewMail(org: string, read: number, project?: string): { count: number; show: () => void } {
  const client = useQueryClient();
  const all = useObservable(arrived);
  const waiting = [...all.values()].filter(
    (a) => a.at > read && (project === undefined || a.project === project),
  );
  return {
    count: waiting.length,
    show: () => void client.invalidateQueries({ queryKey: orgKey(org), predicate: held }),
  };
}
