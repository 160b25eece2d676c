import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { useNewMail } from "../../api/live";
import { factQueries } from "../../api/queries/facts";
import { projectQueries } from "../../api/queries/projects";
import { KindBadge, KindLabel } from "../../domain/fact-kind";
import { ReviewBadge } from "../../domain/fact-value";
import { isFromFile } from "../../domain/file-proof";
import { NewMailPill } from "../../domain/new-mail-pill";
import { PhoneTitle } from "../../domain/phone-title";
import { dayOf, formatDay, formatSince, formatTime } from "../../lib/dates";
import { groupBy } from "../../lib/group";
import { useDelayed, useNow } from "../../lib/hooks";
import { plural } from "../../lib/money";
import { Card } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { Skeleton } from "../../ui/skeleton";
import { factChanges } from "./brief-lines";
import { visit } from "./visit";

/** From when on changes are shown; in the URL, so that it can be sent to someone. */
export interface Since {
  since?: string;
}

/** Reads the moment from a URL; what is no moment is dropped. */
export function parseSince(search: Record<string, unknown>): Since {
  return typeof search.since === "string" && !Number.isNaN(Date.parse(search.since))
    ? { since: search.since }
    : {};
}

/** Everything that changed since a moment, by day, each with the way to its sentence. */
export function ChangesPage({ org, since: given }: { org: string; since?: string }) {
  const [visited] = useState(() => visit(org, new Date()).toISOString());
  const since = given ?? visited;
  const now = useNow();
  const changes = useQuery(factQueries.changes(org, since));
  const projects = useQuery(projectQueries.all(org));
  const slow = useDelayed(changes.isPending);
  const fresh = useNewMail(org, changes.dataUpdatedAt);
  const names = new Map(projects.data?.map((p) => [p.id, p.name]));
  const lines = changes.data ? factChanges(changes.data.items) : [];
  const days = groupBy(lines, ({ event }) => dayOf(event.at));

  return (
    <>
      <PhoneTitle org={org} title="What changed" />
      <Page>
        <PageHeader>
          <PageTitle>What changed</PageTitle>
        </PageHeader>
        <p className="mb-4 text-muted-foreground">
          Since {formatSince(since, now)}
          {changes.data
            ? `: ${plural(changes.data.mails, "mail")} on ${plural(changes.data.projects, "job")}.`
            : "."}
        </p>
        <NewMailPill count={fresh.count} onShow={fresh.show} />
        {changes.isError ? (
          <ErrorState
            what="What changed could not be read."
            message={messageOf(changes.error)}
            retry={() => changes.refetch()}
          />
        ) : null}
        {slow ? (
          <Card className="p-4" role="status">
            <span className="sr-only">Loading changes</span>
            <Skeleton className="mb-4 h-3 w-1/2" />
            <Skeleton className="h-3 w-1/3" />
          </Card>
        ) : null}
        {changes.data && lines.length === 0 ? (
          <Empty className="bg-card" title="Nothing changed.">
            New facts appear here with the sentence that proves them.
          </Empty>
        ) : null}
        {[...days].map(([day, of]) => (
          <section key={day} aria-labelledby={`day-${day}`} className="mb-5">
            <h2 id={`day-${day}`} className="mb-2 font-semibold text-base">
              {formatDay(`${day}T12:00:00`, now)}
            </h2>
            <Card>
              <ul>
                {of.map(({ event, fact }) => (
                  <li key={fact.id} className="border-b px-4 py-3 last:border-0">
                    <div className="flex items-start gap-2.5">
                      <KindBadge kind={fact.kind} />
                      <div className="min-w-0 flex-1">
                        <p className="flex flex-wrap items-baseline gap-x-2 text-muted-foreground text-xs">
                          <KindLabel kind={fact.kind} />
                          <ReviewBadge fact={fact} />
                          <span>{names.get(event.project_id)}</span>
                          <span className="ml-auto tabular-nums">
                            {event.actor.name ? `${event.actor.name} · ` : null}
                            {formatTime(event.at)}
                          </span>
                        </p>
                        <Link
                          to="/orgs/$org/projects/$project"
                          params={{ org, project: event.project_id }}
                          search={{ mail: fact.email_id, fact: fact.id }}
                          className="rounded-[3px] font-medium text-base hover:underline"
                        >
                          {fact.text}
                        </Link>
                        <blockquote className="mt-1 font-serif text-muted-foreground text-quote">
                          “{fact.quote}”
                        </blockquote>
                        {isFromFile(fact) ? (
                          <p className="text-muted-foreground text-xs">From an attached file</p>
                        ) : null}
                      </div>
                    </div>
                  </li>
                ))}
              </ul>
            </Card>
          </section>
        ))}
        {changes.data?.next ? (
          <p className="text-muted-foreground text-sm">Older changes stand on the projects’ own timelines.</p>
        ) : null}
      </Page>
    </>
  );
}
