import { useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { emailQueries } from "../../api/queries/emails";
import { factQueries } from "../../api/queries/facts";
import { projectQueries } from "../../api/queries/projects";
import type { Email, Event } from "../../api/types";
import { addDays } from "../../lib/dates";
import type { Place } from "./place";

/** How long a moved mail leaves a stub behind. */
const STUB_DAYS = 30;

/** The mails of a timeline, part by part. */
export interface TimelineMails {
  mails: Email[];
  isPending: boolean;
  error: Error | null;
  refetch(): void;
  more: boolean;
  loadingMore: boolean;
  loadMore(): void;
  /** When the list was read. */
  readAt: number;
}

/** Midnight after a day, in the viewer's zone, as the API wants it. */
function endOf(day: string): string {
  return new Date(`${addDays(day, 1)}T00:00:00`).toISOString();
}

/** The mails of a project as the place asks for them: of one kind, from a day on, or in need of a person. */
export function useTimelineMails(org: string, project: string, place: Place): TimelineMails {
  const list = useInfiniteQuery({
    ...emailQueries.list(org, {
      project,
      kind: place.kind,
      order: "date",
      before: place.from ? endOf(place.from) : undefined,
    }),
    enabled: !place.review,
  });
  const mails = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data]);
  const review = useReviewMails(org, project, place.review === true);
  if (place.review) return review;
  return {
    mails,
    isPending: list.isPending,
    error: list.error,
    refetch: list.refetch,
    more: list.hasNextPage,
    loadingMore: list.isFetchingNextPage,
    loadMore: list.fetchNextPage,
    readAt: list.dataUpdatedAt,
  };
}

/** The mails whose facts ask for a person, newest first. */
function useReviewMails(org: string, project: string, enabled: boolean): TimelineMails {
  const unsure = useQuery({ ...factQueries.unsure(org, project), enabled });
  const ids = useMemo(() => [...new Set(unsure.data?.items.map((f) => f.email_id))], [unsure.data]);
  const mails = useQueries({
    queries: ids.map((id) => ({ ...emailQueries.one(org, id), enabled })),
    combine: (all) => ({
      mails: all.flatMap((q) => q.data ?? []),
      isPending: all.some((q) => q.isPending),
      error: all.find((q) => q.error)?.error ?? null,
    }),
  });
  return {
    mails: mails.mails,
    isPending: unsure.isPending || mails.isPending,
    error: unsure.error ?? mails.error,
    refetch: unsure.refetch,
    more: false,
    loadingMore: false,
    loadMore: () => {},
    readAt: unsure.dataUpdatedAt,
  };
}

/** What became of a mail by a person's hand. */
export interface Moves {
  /** Mails that were moved away, as they stand now; one may be back. */
  gone: Email[];
  /** The event that took a mail away, or brought it, by mail id. */
  out: ReadonlyMap<string, Event>;
  in: ReadonlyMap<string, Event>;
  /** Parts of a mail that came or went while the mail stayed, by mail id, oldest first. */
  parts: ReadonlyMap<string, readonly Event[]>;
}

const answered: Partial<Record<Event["kind"], Event["kind"]>> = {
  mail_moved_in: "mail_moved_out",
  passage_moved_in: "passage_moved_out",
  passage_moved_out: "passage_moved_in",
};

/**
 * What is left to tell of moves, oldest first: one that takes back another tells
 * nothing, and nor does the other. A mail that came and went leaves its stub.
 */
export function netMoves(moves: readonly Event[]): Event[] {
  const left: Event[] = [];
  for (const move of moves) {
    const at = left.findLastIndex(
      (m) =>
        m.email_id === move.email_id &&
        m.kind === answered[move.kind] &&
        m.other_project_id === move.other_project_id &&
        m.note === move.note,
    );
    if (at < 0) left.push(move);
    else left.splice(at, 1);
  }
  return left;
}

const MAX_PAGES = 5;

/** The moves of the last 30 days, read once the timeline itself stands. */
export function useMoves(org: string, project: string, enabled: boolean, today: string): Moves {
  const events = useInfiniteQuery({ ...projectQueries.events(org, project), enabled });
  const since = Date.parse(addDays(today, -STUB_DAYS));
  const { data, hasNextPage, isFetching, fetchNextPage } = events;

  const oldest = data?.pages.at(-1)?.items.at(-1);
  const wanted =
    hasNextPage &&
    data !== undefined &&
    data.pages.length < MAX_PAGES &&
    oldest !== undefined &&
    Date.parse(oldest.at) > since;
  useEffect(() => {
    if (wanted && !isFetching) fetchNextPage();
  }, [wanted, isFetching, fetchNextPage]);

  const found = useMemo(() => {
    const out = new Map<string, Event>();
    const in_ = new Map<string, Event>();
    const parts = new Map<string, Event[]>();
    const moves = (data?.pages.flatMap((p) => p.items) ?? []).filter(
      (event) => event.kind.includes("_moved_") && Date.parse(event.at) >= since,
    );
    for (const event of netMoves(moves.reverse())) {
      const id = event.email_id;
      if (!id) continue;
      if (event.kind === "passage_moved_in" || event.kind === "passage_moved_out") {
        parts.set(id, [...(parts.get(id) ?? []), event]);
        continue;
      }
      // The last of a mail says where it stands; what was told of its parts before is settled.
      parts.delete(id);
      out.delete(id);
      in_.delete(id);
      (event.kind === "mail_moved_out" ? out : in_).set(id, event);
    }
    return { out, in: in_, parts };
  }, [data, since]);

  const gone = useQueries({
    queries: [...found.out.keys()].map((id) => ({ ...emailQueries.one(org, id), enabled })),
    combine: (all) => all.flatMap((q) => q.data ?? []),
  });
  return useMemo(() => ({ gone, ...found }), [gone, found]);
}
