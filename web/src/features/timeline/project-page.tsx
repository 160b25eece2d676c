import { useInfiniteQuery, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { emailQueries } from "../../api/queries/emails";
import { orgQuery } from "../../api/queries/orgs";
import { markSeen, projectQueries } from "../../api/queries/projects";
import { meQuery } from "../../api/queries/session";
import type { MailAddress, ProjectDetail } from "../../api/types";
import { standsOn } from "../../domain/passages";
import { mayChange } from "../../domain/role";
import { useTitle } from "../../lib/hooks";
import { TabBar, TabLabel, tabClasses } from "../../ui/tabs";
import { ActionTab } from "./action-tab";
import { FactTable, factTabs } from "./fact-table";
import { FilesTable, PeopleTable } from "./mail-tables";
import type { Place, Tab } from "./place";
import { ProjectBar, ProjectHeader } from "./project-header";
import { Timeline } from "./timeline";

interface ProjectPageProps {
  org: string;
  project: string;
  place: Place;
  onPlace(place: Place): void;
}

/** One project: its head, its tabs, and the timeline of its mail. */
export function ProjectPage({ org, project, place, onPlace }: ProjectPageProps) {
  const client = useQueryClient();
  const { data } = useSuspenseQuery(projectQueries.one(org, project));
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const may = mayChange(organisation.role);
  const writers = useWriters(org, project);
  useTitle(data.name);

  const { mutate: see } = useMutation(markSeen(org, client));
  useEffect(() => see(project), [see, project]);

  const head = { org, project: data, writers, mayChange: may };
  const facts =
    place.tab && place.tab !== "files" && place.tab !== "people" ? factTabs[place.tab] : undefined;
  return (
    <>
      <ProjectBar {...head} />
      <ProjectHeader {...head} />
      <Tabs project={data} />
      {place.tab === "action_item" ? (
        <ActionTab org={org} project={data} place={place} onPlace={onPlace} user={me.user} mayChange={may} />
      ) : facts ? (
        <FactTable
          key={place.tab}
          org={org}
          project={data}
          tab={facts}
          place={place}
          onPlace={onPlace}
          mayChange={may}
        />
      ) : place.tab === "files" ? (
        <FilesTable org={org} project={data} />
      ) : place.tab === "people" ? (
        <PeopleTable org={org} project={data} />
      ) : (
        <Timeline org={org} project={data} place={place} onPlace={onPlace} you={me.user} mayChange={may} />
      )}
    </>
  );
}

function Tabs({ project }: { project: ProjectDetail }) {
  const kinds = project.kinds;
  const tabs: { tab?: Tab; label: string; short?: string; count?: number }[] = [
    { label: "Timeline" },
    { tab: "action_item", label: "Actions", count: project.open_actions },
    { tab: "decision", label: "Decisions", count: kinds.decision ?? 0 },
    {
      tab: "budget_mention",
      label: "Budget & changes",
      count: (kinds.budget_mention ?? 0) + (kinds.scope_change ?? 0),
    },
    { tab: "risk", label: "Risks", count: project.risks },
    { tab: "files", label: "Files", count: project.files },
    { tab: "people", label: "People", count: project.people_count },
  ];
  return (
    <div className="mt-[9px] border-b px-7 max-md:mt-0 max-md:bg-card max-md:px-2">
      <TabBar label="Parts of the project" className="-mb-px">
        {tabs.map(({ tab, label, count }) => (
          <Link
            key={label}
            to="."
            search={{ tab }}
            resetScroll={false}
            activeOptions={{ includeSearch: true, explicitUndefined: true }}
            className={tabClasses}
          >
            <TabLabel count={count}>{label}</TabLabel>
          </Link>
        ))}
      </TabBar>
    </div>
  );
}

/** Who wrote last, each once, from the newest mails. */
function useWriters(org: string, project: string): MailAddress[] {
  const { data } = useInfiniteQuery(emailQueries.list(org, { project, order: "date" }));
  return useMemo(() => {
    const mails = data?.pages[0]?.items ?? [];
    const writers = new Map<string, MailAddress>();
    for (const mail of mails) {
      const person = mail.from[0];
      const address = person?.address.toLowerCase();
      if (person && address && standsOn(mail, project) && !writers.has(address)) writers.set(address, person);
    }
    return [...writers.values()];
  }, [data, project]);
}
