import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { messageOf } from "../../api/client";
import { factQueries } from "../../api/queries/facts";
import { membersQuery, orgQuery } from "../../api/queries/orgs";
import { projectQueries } from "../../api/queries/projects";
import { meQuery } from "../../api/queries/session";
import { ActionBar } from "../../domain/action-bar";
import { type ActionFilter, narrowActions } from "../../domain/action-filter";
import { doneGroup, groups } from "../../domain/action-groups";
import { ActionList } from "../../domain/action-list";
import { useAnswers } from "../../domain/answers";
import { PhoneTitle } from "../../domain/phone-title";
import { mayChange } from "../../domain/role";
import { dayOf } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { formatCount } from "../../lib/money";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { Skeleton } from "../../ui/skeleton";

interface ActionsPageProps {
  org: string;
  filter: ActionFilter;
  onFilter(filter: ActionFilter): void;
}

/** Every action by when it is due; one's own first. */
export function ActionsPage({ org, filter, onFilter }: ActionsPageProps) {
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const { data: me } = useSuspenseQuery(meQuery);
  const open = useQuery(factQueries.actions(org));
  const done = useQuery({ ...factQueries.actions(org, true), enabled: filter.done === true });
  const asked = filter.done ? done : open;
  const { data: projects = [] } = useQuery(projectQueries.all(org));
  const { data: members } = useQuery(membersQuery(org));
  const answers = useAnswers(org);
  const slow = useDelayed(asked.isPending);
  const today = dayOf(useNow(), organisation.time_zone);
  const facts = [...(open.data?.items ?? []), ...(done.data?.items ?? [])];
  const list = open.data && narrowActions(facts, filter, me.user, "mine");
  const shown = asked.data && list ? list.shown : [];
  const sections = filter.done ? doneGroup(shown) : groups(shown, today);
  const people = [
    ...new Set([
      ...(members?.items ?? []).map((m) => m.user.name).filter(Boolean),
      ...facts.flatMap((f) => f.owner ?? []),
    ]),
  ].sort((a, b) => a.localeCompare(b));

  return (
    <>
      <PhoneTitle org={org} title="My actions" />
      <Page>
        <PageHeader>
          <PageTitle>My actions</PageTitle>
        </PageHeader>
        <ActionBar
          filter={filter}
          list={list}
          done={done.data && list ? list.done : undefined}
          onFilter={onFilter}
        />
        <h2 className="sr-only">{filter.done ? "Done" : "Open"}</h2>
        {asked.isError ? (
          <ErrorState
            what="The actions could not be read."
            message={messageOf(asked.error)}
            retry={() => asked.refetch()}
          />
        ) : null}
        {slow ? <ActionsSkeleton /> : null}
        {asked.data && list && shown.length === 0 ? (
          <Nothing filter={filter} who={list.who} all={list.all} name={me.user.name} onFilter={onFilter} />
        ) : null}
        <ActionList
          org={org}
          groups={sections}
          today={today}
          user={me.user}
          mayChange={mayChange(organisation.role)}
          answers={answers}
          aside={(f) => projects.find((p) => p.id === f.project_id)?.name ?? ""}
          people={people}
        />
        {asked.data?.next ? (
          <p className="mt-2 text-muted-foreground text-sm">
            The first {formatCount(asked.data.items.length)} by date are shown. Each project lists all of its
            own.
          </p>
        ) : null}
      </Page>
    </>
  );
}

function Nothing({
  filter,
  who,
  all,
  name,
  onFilter,
}: {
  filter: ActionFilter;
  who: "mine" | "all";
  all: number;
  name: string;
  onFilter(filter: ActionFilter): void;
}) {
  if (filter.q || filter.owner !== undefined) {
    return (
      <Empty
        className="bg-card"
        title="No actions match."
        action={
          <Button size="small" onClick={() => onFilter({ ...filter, q: undefined, owner: undefined })}>
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
        title={`No ${filter.done ? "done" : "open"} action names ${name || "you"}.`}
        action={
          <Button size="small" onClick={() => onFilter({ ...filter, who: "all" })}>
            Show everyone’s
          </Button>
        }
      />
    );
  }
  if (filter.done) {
    return (
      <Empty className="bg-card" title="Nothing is marked done">
        What is marked done leaves the open list and stays here with its proof.
      </Empty>
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
