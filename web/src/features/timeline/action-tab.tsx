import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useMemo } from "react";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import { projectQueries } from "../../api/queries/projects";
import type { Fact, ProjectDetail } from "../../api/types";
import { ActionBar } from "../../domain/action-bar";
import { narrowActions } from "../../domain/action-filter";
import { doneGroup, groups } from "../../domain/action-groups";
import { ActionList } from "../../domain/action-list";
import { useAnswers } from "../../domain/answers";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { csv, download } from "../../lib/csv";
import { dayOf, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Skeleton } from "../../ui/skeleton";
import type { Place } from "./place";

interface ActionTabProps {
  org: string;
  project: ProjectDetail;
  place: Place;
  onPlace(place: Place): void;
  user: { name: string; email: string };
  mayChange: boolean;
}

/** The actions of one job by when they are due. */
export function ActionTab({ org, project, place, onPlace, user, mayChange }: ActionTabProps) {
  const today = dayOf(useNow());
  const answers = useAnswers(org);
  const { data, error, isPending, refetch } = useQuery(projectQueries.facts(org, project.id, "action_item"));
  const { data: mails } = useQuery(emailQueries.ofProject(org, project.id, "action_item"));
  const slow = useDelayed(isPending);
  const list = data && narrowActions(data, place, user, "all");
  const sections = list ? (place.done ? doneGroup(list.shown) : groups(list.shown, today)) : [];

  const subjects = useMemo(() => new Map(mails?.mails.map((m) => [m.id, m.subject])), [mails]);
  const people = useMemo(() => {
    const names = new Set<string>(project.people);
    for (const m of mails?.mails ?? [])
      for (const p of [...m.from, ...m.to, ...m.cc]) if (p.name) names.add(p.name);
    for (const f of data ?? []) if (f.owner) names.add(f.owner);
    if (user.name) names.add(user.name);
    return [...names].sort((a, b) => a.localeCompare(b));
  }, [project.people, mails, data, user.name]);

  const aside = (f: Fact) =>
    [subjects.get(f.email_id), formatDate(dayOf(f.at), today)].filter(Boolean).join(", ");

  const exportList = () =>
    download(
      `${project.job_number || project.name} actions.csv`,
      csv([
        ["Action", "Owner", "Due", "Priority", "Done", "Mail", "Date", "Proof"],
        ...(list?.shown ?? []).map((f) => [
          f.text,
          f.owner ?? "",
          f.deadline ?? "",
          f.priority,
          f.done_at ? dayOf(f.done_at) : "",
          subjects.get(f.email_id) ?? "",
          dayOf(f.at),
          f.quote,
        ]),
      ]),
    );

  return (
    <div className="px-7 pt-3 pb-10 max-md:px-4">
      <h2 className="sr-only">actions</h2>
      <ActionBar
        filter={place}
        list={list}
        done={list?.done}
        onFilter={(filter) => onPlace({ ...place, ...filter })}
      >
        <Button onClick={exportList} disabled={!list || list.shown.length === 0}>
          <Download aria-hidden strokeWidth={1.75} /> Export
        </Button>
      </ActionBar>
      {error ? (
        <ErrorState
          what="The actions could not be read."
          message={messageOf(error)}
          retry={() => refetch()}
        />
      ) : isPending ? (
        <Card aria-busy="true" className={cn("flex flex-col gap-5 p-4", !slow && "invisible")}>
          {[0, 1, 2, 3].map((i) => (
            <Skeleton key={i} className="h-4 w-2/3" />
          ))}
        </Card>
      ) : list && list.shown.length === 0 ? (
        <Nothing place={place} all={list.all} onPlace={onPlace} />
      ) : null}
      <ActionList
        org={org}
        groups={sections}
        today={today}
        user={user}
        mayChange={mayChange}
        answers={answers}
        aside={aside}
        people={people}
      />
      {mayChange ? null : <ViewerLine what="mark actions done" className="mt-2.5" />}
    </div>
  );
}

function Nothing({ place, all, onPlace }: { place: Place; all: number; onPlace(place: Place): void }) {
  if (all > 0) {
    return (
      <Empty
        title="No actions match."
        action={
          <Button
            size="small"
            onClick={() => onPlace({ ...place, q: undefined, owner: undefined, who: undefined })}
          >
            Clear filters
          </Button>
        }
      />
    );
  }
  return place.done ? (
    <Empty title="Nothing is marked done on this job.">
      What is marked done leaves the open list and stays here with its proof.
    </Empty>
  ) : (
    <Empty title="No open actions on this job.">
      New ones appear here with who has to do them, by when, and the sentence that says so.
    </Empty>
  );
}
