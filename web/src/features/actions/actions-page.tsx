import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Quote } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { factQueries } from "../../api/queries/facts";
import { orgQuery } from "../../api/queries/orgs";
import { projectQueries } from "../../api/queries/projects";
import { meQuery } from "../../api/queries/session";
import type { Fact } from "../../api/types";
import { KindBadge } from "../../domain/fact-kind";
import { ReviewBadge } from "../../domain/fact-value";
import { isMine } from "../../domain/mine";
import { PhoneTitle } from "../../domain/phone-title";
import { SearchBox } from "../../domain/search-box";
import { cn } from "../../lib/cn";
import { dayOf, formatDue, formatWeekdayDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { formatCount } from "../../lib/money";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Chip } from "../../ui/chip";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { Skeleton } from "../../ui/skeleton";
import { Tooltip } from "../../ui/tooltip";
import { type Filter, narrow } from "./filter";
import { groups } from "./groups";

interface ActionsPageProps {
  org: string;
  filter: Filter;
  onFilter(filter: Filter): void;
}

/** Every open action by when it is due; one's own first. */
export function ActionsPage({ org, filter, onFilter }: ActionsPageProps) {
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const { data: me } = useSuspenseQuery(meQuery);
  const actions = useQuery(factQueries.actions(org));
  const { data: projects = [] } = useQuery(projectQueries.all(org));
  const slow = useDelayed(actions.isPending);
  const today = dayOf(useNow(), organisation.time_zone);
  const list = actions.data && narrow(actions.data.items, filter, me.user);
  const sections = list ? groups(list.shown, today) : [];
  const rows = sections.flatMap((g) => g.facts);
  const [row, setRow] = useState(0);
  const at = Math.min(row, rows.length - 1);
  const navigate = useNavigate();

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setRow(next);
    document.getElementById(`action-${rows[next]?.id}`)?.scrollIntoView({ block: "nearest" });
  };
  const open = (fact: Fact | undefined) =>
    fact
      ? navigate({
          to: "/orgs/$org/projects/$project",
          params: { org, project: fact.project_id },
          search: { mail: fact.email_id, fact: fact.id },
        })
      : false;
  const group = "My actions";
  useKeys([
    { keys: "j", label: "Next action", group, run: () => move(at + 1) },
    { keys: "ArrowDown", label: "Next action", group, run: () => move(at + 1) },
    { keys: "k", label: "Previous action", group, run: () => move(at - 1) },
    { keys: "ArrowUp", label: "Previous action", group, run: () => move(at - 1) },
    { keys: "Enter", label: "Open mail at the sentence", group, run: () => open(rows[at]) },
  ]);

  return (
    <>
      <PhoneTitle org={org} title="My actions" />
      <Page>
        <PageHeader>
          <PageTitle>My actions</PageTitle>
        </PageHeader>
        <fieldset aria-label="Filters" className="mb-4 flex min-w-0 flex-wrap items-center gap-2">
          <SearchBox
            label="Search actions"
            value={filter.q ?? ""}
            onChange={(q) => onFilter({ ...filter, q: q || undefined })}
            className="max-md:w-full"
          />
          <Chip
            pressed={list?.who === "mine"}
            count={list?.mine}
            onClick={() => onFilter({ ...filter, who: "mine" })}
          >
            Mine
          </Chip>
          <Chip
            pressed={list?.who === "all"}
            count={list?.all}
            onClick={() => onFilter({ ...filter, who: "all" })}
          >
            Everyone
          </Chip>
        </fieldset>
        {actions.isError ? (
          <ErrorState
            what="The actions could not be read."
            message={messageOf(actions.error)}
            retry={() => actions.refetch()}
          />
        ) : null}
        {slow ? <ActionsSkeleton /> : null}
        {list && rows.length === 0 ? (
          <Nothing filter={filter} who={list.who} all={list.all} name={me.user.name} onFilter={onFilter} />
        ) : null}
        {sections.map((g) => (
          <section key={g.name} aria-labelledby={`group-${g.name}`} className="mb-4">
            <h2 id={`group-${g.name}`} className="mb-2 ml-0.5 flex items-baseline gap-2 text-base">
              <span className={cn("font-semibold", g.late && "text-destructive")}>{g.name}</span>
              <span className="text-sm text-subtle-foreground">{formatCount(g.facts.length)}</span>
            </h2>
            <Card className="overflow-hidden">
              <ul>
                {g.facts.map((fact) => (
                  <Action
                    key={fact.id}
                    org={org}
                    fact={fact}
                    today={today}
                    active={rows[at] === fact}
                    you={isMine(fact, me.user)}
                    project={projects.find((p) => p.id === fact.project_id)?.name ?? ""}
                  />
                ))}
              </ul>
            </Card>
          </section>
        ))}
        {actions.data?.next ? (
          <p className="text-muted-foreground text-sm">
            The first {formatCount(actions.data.items.length)} by date are shown. Each project lists all of
            its own.
          </p>
        ) : null}
      </Page>
    </>
  );
}

interface ActionProps {
  org: string;
  fact: Fact;
  today: string;
  active: boolean;
  you: boolean;
  project: string;
}

function Action({ org, fact, today, active, you, project }: ActionProps) {
  const due = fact.deadline ? formatDue(fact.deadline, today) : null;
  const place = {
    to: "/orgs/$org/projects/$project",
    params: { org, project: fact.project_id },
    search: { mail: fact.email_id, fact: fact.id },
  } as const;
  return (
    <li
      id={`action-${fact.id}`}
      className={cn(
        "relative flex min-h-11 items-center gap-2.5 border-b px-4 py-2 last:border-0 hover:bg-accent max-md:flex-wrap max-md:items-start max-md:gap-y-1 max-md:py-3",
        active &&
          "bg-accent before:absolute before:inset-y-0 before:left-0 before:w-[3px] before:bg-primary max-md:bg-transparent max-md:before:hidden",
      )}
    >
      <KindBadge kind={fact.kind} />
      <p className="flex min-w-0 flex-1 items-baseline gap-2.5 max-md:basis-[calc(100%-30px)] max-md:flex-col max-md:gap-0.5">
        <Link
          {...place}
          className="truncate rounded-[3px] font-medium text-sm hover:underline max-md:whitespace-normal max-md:text-base"
        >
          {fact.text}
        </Link>
        <span className="max-w-full shrink-0 truncate text-subtle-foreground text-xs">{project}</span>
      </p>
      <p className="flex w-40 shrink-0 items-center gap-2 text-muted-foreground text-sm max-lg:w-32 max-md:ml-[30px] max-md:w-auto">
        {fact.owner ? (
          <>
            <Avatar
              name={fact.owner}
              size="small"
              tone={you ? "primary" : "neutral"}
              className="max-md:hidden"
            />
            <span className="truncate">{you ? "You" : fact.owner}</span>
          </>
        ) : (
          "No owner named"
        )}
      </p>
      <p
        className={cn(
          "w-40 shrink-0 text-sm tabular-nums max-lg:w-28 max-md:w-auto",
          due?.late && "text-destructive",
          !due && "text-muted-foreground",
        )}
      >
        {fact.deadline && due
          ? due.late && due.text.endsWith("late")
            ? `${formatWeekdayDate(fact.deadline, today)}, ${due.text}`
            : formatWeekdayDate(fact.deadline, today)
          : "No date"}
      </p>
      <p className="flex w-32 shrink-0 items-center justify-end gap-2 max-lg:w-auto max-md:ml-auto">
        <ReviewBadge fact={fact} />
        {fact.priority === "high" ? <Badge tone="warning">High</Badge> : null}
        <Tooltip text={`“${fact.quote}”`}>
          <Link
            {...place}
            aria-label={`Show proof: ${fact.text}`}
            className="touch-target rounded-[4px] text-primary"
          >
            <Quote className="size-3.5" aria-hidden />
          </Link>
        </Tooltip>
      </p>
    </li>
  );
}

function Nothing({
  filter,
  who,
  all,
  name,
  onFilter,
}: {
  filter: Filter;
  who: "mine" | "all";
  all: number;
  name: string;
  onFilter(filter: Filter): void;
}) {
  if (filter.q) {
    return (
      <Empty
        className="bg-card"
        title="No actions match."
        action={
          <Button size="small" onClick={() => onFilter({ ...filter, q: undefined })}>
            Clear filters
          </Button>
        }
      />
    );
  }
  if (who === "mine" && all > 0) {
    return (
      <Empty
        className="bg-card"
        title={`No open action names ${name || "you"}.`}
        action={
          <Button size="small" onClick={() => onFilter({ who: "all" })}>
            Show everyone’s
          </Button>
        }
      />
    );
  }
  return (
    <Empty className="bg-card" title="No open actions">
      New ones appear here with who has to do them, by when, and the sentence that says so.
    </Empty>
  );
}

function ActionsSkeleton() {
  return (
    <Card role="status" className="overflow-hidden">
      <span className="sr-only">Loading actions</span>
      {Array.from({ length: 6 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey bars have no identity
        <div key={i} className="flex h-11 items-center gap-2.5 border-b px-4 last:border-0">
          <Skeleton className="size-5" />
          <Skeleton className="h-2.5 w-80 max-w-[70%]" />
        </div>
      ))}
    </Card>
  );
}
