import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarClock, ChevronRight, Quote } from "lucide-react";
import { useEffect, useState } from "react";
import { messageOf } from "../../api/client";
import { factQueries } from "../../api/queries/facts";
import type { Fact, ProjectSummary } from "../../api/types";
import { KindBadge } from "../../domain/fact-kind";
import { shortName } from "../../domain/project-name";
import { cn } from "../../lib/cn";
import { dayOf, formatDue, formatSince, formatTime, weekdayName } from "../../lib/dates";
import { useDelayed, useNow, usePhone } from "../../lib/hooks";
import { formatCount, plural } from "../../lib/money";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";
import { Skeleton } from "../../ui/skeleton";
import { Tooltip } from "../../ui/tooltip";
import { type ChangeLine, comingDays, dueNext, factChanges, headlines } from "./brief-lines";
import { visit } from "./visit";

interface BriefProps {
  org: string;
  timeZone: string;
  projects: readonly ProjectSummary[];
}

const LINES = 4;
const PHONE_LINES = 3;
const linkClasses = "rounded-[3px] font-medium text-primary text-sm hover:underline";

/** The morning answer: what changed since the last visit, and what is due next. */
export function Brief({ org, timeZone, projects }: BriefProps) {
  const [since] = useState(() => visit(org, new Date()));
  const now = useNow();
  const phone = usePhone();
  const today = dayOf(now, timeZone);
  const changes = useQuery(factQueries.changes(org, since.toISOString()));
  const actions = useQuery(factQueries.actions(org));
  const slow = useDelayed(changes.isPending || actions.isPending);
  useEffect(() => {
    visit(org, now);
  }, [org, now]);

  const failed = changes.error ?? actions.error;
  if (failed) {
    return (
      <ErrorState
        className="max-md:mx-3"
        what="What changed could not be read."
        message={messageOf(failed)}
        retry={() => Promise.all([changes.refetch(), actions.refetch()])}
      />
    );
  }

  const nameOf = (id: string) => shortName(projects.find((p) => p.id === id)?.name ?? "");
  const lines = changes.data ? factChanges(changes.data.items) : undefined;
  const all = lines && `${formatCount(lines.length)}${changes.data?.next ? "+" : ""}`;
  const due = actions.data && dueNext(actions.data.items, today, LINES);
  const heading = `Since ${formatSince(since, now)}`;
  const allLink = lines && lines.length > 0 && (
    <Link
      to="/orgs/$org/changes"
      params={{ org }}
      search={{ since: since.toISOString() }}
      className={linkClasses}
    >
      All {all}
      <span className="max-md:sr-only"> changes</span>
    </Link>
  );

  if (phone) {
    return (
      <Card className="mx-3 px-3.5 pt-2 pb-1">
        <div className="flex min-h-7 items-center justify-between gap-3">
          <h2 className="font-semibold text-base tracking-[-0.012em]">{heading}</h2>
          {allLink}
        </div>
        {lines ? (
          <Changes org={org} lines={headlines(lines, PHONE_LINES)} nameOf={nameOf} phone />
        ) : (
          <LineSkeletons n={PHONE_LINES} show={slow} />
        )}
        {due && actions.data ? (
          <DueLine
            org={org}
            overdue={due.overdue}
            coming={comingDays(actions.data.items, today, weekdayName)}
          />
        ) : null}
      </Card>
    );
  }

  return (
    <Card className="flex min-h-[186px]">
      <section aria-labelledby="brief-changes" className="min-w-0 flex-1 px-4 pt-[14px] pb-[9px]">
        <div className="mb-1 flex items-baseline gap-2">
          <h2 id="brief-changes" className="font-semibold text-base tracking-[-0.012em]">
            {heading}
          </h2>
          <p className="flex-1 text-sm text-subtle-foreground">
            {changes.data
              ? changes.data.mails > 0
                ? `${plural(changes.data.mails, "mail")} on ${plural(changes.data.projects, "job")}`
                : "No new mail"
              : null}
          </p>
          {allLink}
        </div>
        {lines ? (
          <Changes org={org} lines={headlines(lines, LINES)} nameOf={nameOf} />
        ) : (
          <LineSkeletons n={LINES} show={slow} />
        )}
      </section>
      <section
        aria-labelledby="brief-due"
        className="w-[356px] shrink-0 border-l px-4 pt-[14px] pb-[9px] max-xl:w-[300px] max-lg:w-[260px]"
      >
        <div className="mb-[5px] flex items-baseline gap-2">
          <h2 id="brief-due" className="font-semibold text-base tracking-[-0.012em]">
            Due next
          </h2>
          <p className="flex-1 font-medium text-destructive text-sm">
            {due && due.overdue > 0 ? `${formatCount(due.overdue)} overdue` : null}
          </p>
          <Link to="/orgs/$org/actions" params={{ org }} className={linkClasses}>
            My actions
          </Link>
        </div>
        {due ? (
          <Due org={org} facts={due.next} today={today} nameOf={nameOf} />
        ) : (
          <LineSkeletons n={LINES} show={slow} />
        )}
      </section>
    </Card>
  );
}

interface LinesProps {
  org: string;
  nameOf(project: string): string;
}

function Changes({ org, lines, nameOf, phone }: LinesProps & { lines: ChangeLine[]; phone?: boolean }) {
  if (lines.length === 0) {
    return (
      <p className="py-2 text-muted-foreground text-sm">
        Nothing new was decided, priced, moved or put at risk.
      </p>
    );
  }
  return (
    <ul>
      {lines.map(({ event, fact }) => {
        const who = event.actor.name || fact.made_by || fact.owner || "";
        const place = {
          to: "/orgs/$org/projects/$project",
          params: { org, project: event.project_id },
          search: { mail: fact.email_id, fact: fact.id },
        } as const;
        return (
          <li
            key={fact.id}
            className={cn("flex gap-2.5", phone ? "min-h-10 items-center" : "h-[34px] items-start pt-[7px]")}
          >
            <KindBadge kind={fact.kind} named />
            <p className="flex min-w-0 flex-1 items-baseline gap-1 max-md:justify-between max-md:gap-3">
              <Link
                {...place}
                className="truncate rounded-[3px] font-medium text-sm hover:underline max-md:py-2.5 max-md:text-base"
              >
                {fact.text}
              </Link>
              <span className="shrink-0 text-muted-foreground text-sm">{nameOf(event.project_id)}</span>
            </p>
            {phone ? null : (
              <>
                <p className="shrink-0 pt-px text-subtle-foreground text-xs">
                  {who ? `${who} · ` : null}
                  {formatTime(event.at)}
                </p>
                <Tooltip text={`“${fact.quote}”`}>
                  <Link
                    {...place}
                    aria-label={`Show proof: ${fact.text}`}
                    className="touch-target -ml-[5px] rounded-[4px] pt-[3px] text-primary"
                  >
                    <Quote className="size-[13px]" aria-hidden />
                  </Link>
                </Tooltip>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Due({ org, facts, today, nameOf }: LinesProps & { facts: Fact[]; today: string }) {
  if (facts.length === 0)
    return <p className="py-2 text-muted-foreground text-sm">No action has a date to keep.</p>;
  return (
    <ul>
      {facts.map((fact) => {
        const due = formatDue(fact.deadline ?? "", today);
        return (
          <li key={fact.id} className="flex h-[33px] items-baseline gap-2.5">
            <span
              className={cn(
                "w-[62px] shrink-0 whitespace-nowrap font-semibold text-sm",
                due.late && "text-destructive",
              )}
            >
              {due.text}
            </span>
            <Link
              to="/orgs/$org/projects/$project"
              params={{ org, project: fact.project_id }}
              search={{ mail: fact.email_id, fact: fact.id }}
              className="min-w-0 flex-1 truncate rounded-[3px] text-sm leading-[33px] hover:underline"
            >
              {fact.text}
            </Link>
            <span className="max-w-24 shrink-0 truncate text-subtle-foreground text-xs">
              {nameOf(fact.project_id)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function DueLine({ org, overdue, coming }: { org: string; overdue: number; coming: string[] }) {
  return (
    <Link
      to="/orgs/$org/actions"
      params={{ org }}
      className="mt-1 flex min-h-11 items-center gap-2.5 border-t"
    >
      <CalendarClock className="ml-px size-[18px] text-muted-foreground" aria-hidden strokeWidth={1.75} />
      <span className="min-w-0 flex-1 truncate text-base text-muted-foreground">
        {overdue > 0 ? (
          <span className="font-medium text-destructive">{formatCount(overdue)} overdue</span>
        ) : null}
        {overdue > 0 && coming.length > 0 ? ", " : null}
        {coming.join(", ")}
        {overdue === 0 && coming.length === 0 ? "Nothing due in 7 days" : null}
      </span>
      <ChevronRight className="size-[18px] text-muted-foreground" aria-hidden />
    </Link>
  );
}

function LineSkeletons({ n, show }: { n: number; show: boolean }) {
  return (
    <div aria-hidden={!show || undefined} className={show ? undefined : "invisible"}>
      <span className="sr-only">Loading</span>
      {Array.from({ length: n }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey bars have no identity
        <div key={i} className="flex h-[34px] items-center gap-2.5">
          <Skeleton className="size-5" />
          <Skeleton className="h-2.5 w-2/3" />
        </div>
      ))}
    </div>
  );
}
