import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Download, Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { messageOf } from "../../api/client";
import { useNewMail } from "../../api/live";
import { orgQuery } from "../../api/queries/orgs";
import { createProject, projectQueries } from "../../api/queries/projects";
import type { ProjectSummary } from "../../api/types";
import { ConfirmationBanner } from "../../domain/confirmation-banner";
import { NewMailPill } from "../../domain/new-mail-pill";
import { NewProjectDialog } from "../../domain/new-project-dialog";
import { PhoneTitle } from "../../domain/phone-title";
import { mayChange } from "../../domain/role";
import { download } from "../../lib/csv";
import { dayOf } from "../../lib/dates";
import { useDelayed, useNow, usePhone } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { toast } from "../../ui/toast";
import { Brief } from "./brief";
import { applyFilter, type Filter, isNarrowed, keepOrder } from "./filter";
import { FilterBar } from "./filter-bar";
import { FirstProject } from "./first-project";
import { ProjectList, ProjectListSkeleton } from "./project-list";
import { ProjectTable, ProjectTableSkeleton } from "./project-table";
import { projectsCSV } from "./projects-csv";

interface ProjectsPageProps {
  org: string;
  filter: Filter;
  onFilter(filter: Filter): void;
}

/** The morning page: what changed, what is due, then every job. */
export function ProjectsPage({ org, filter, onFilter }: ProjectsPageProps) {
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const projects = useQuery(projectQueries.all(org));
  const [creating, setCreating] = useState(false);
  const phone = usePhone();
  const now = useNow();
  const navigate = useNavigate();
  const admin = mayChange(organisation.role);
  const waiting = useDelayed(projects.isPending);

  useKeys([
    {
      keys: "n",
      label: "New project",
      group: "Projects",
      command: admin,
      icon: Plus,
      run: () => (admin ? setCreating(true) : false),
    },
  ]);

  const all = projects.data;
  const dialog = (
    <NewProject
      org={org}
      open={creating}
      onOpenChange={setCreating}
      onCreated={(id) => navigate({ to: "/orgs/$org/projects/$project", params: { org, project: id } })}
    />
  );

  if (all?.length === 0) {
    return (
      <>
        <PhoneTitle org={org} title="Projects" />
        <Page className="flex min-h-full flex-col">
          <PageHeader>
            <PageTitle>Projects</PageTitle>
          </PageHeader>
          <ConfirmationBanner org={org} className="mb-3.5" />
          <FirstProject organisation={organisation} onNew={admin ? () => setCreating(true) : undefined} />
        </Page>
        {dialog}
      </>
    );
  }

  return (
    <>
      <PhoneTitle org={org} title="Projects" />
      <Page className="max-md:px-0 max-md:pt-3 max-md:pb-0">
        <PageHeader>
          <PageTitle>Projects</PageTitle>
          <div className="flex gap-3">
            <Button
              disabled={!all}
              onClick={() => {
                const shown = applyFilter(all ?? [], filter);
                download(`projects-${organisation.address}-${dayOf(now)}.csv`, projectsCSV(shown));
                toast(`Saved ${plural(shown.length, "project")} as CSV.`);
              }}
            >
              <Download aria-hidden />
              Export
            </Button>
            {admin ? (
              <Button look="primary" onClick={() => setCreating(true)}>
                <Plus aria-hidden />
                New project
              </Button>
            ) : null}
          </div>
        </PageHeader>
        <ConfirmationBanner org={org} className="mb-3.5 max-md:mx-3" />
        <Brief org={org} timeZone={organisation.time_zone} projects={all ?? []} />
        {projects.isError ? (
          <ErrorState
            className="mt-3.5 max-md:mx-3"
            what="The projects could not be read."
            message={messageOf(projects.error)}
            retry={() => projects.refetch()}
          />
        ) : all ? (
          <Jobs org={org} projects={all} filter={filter} onFilter={onFilter} phone={phone} now={now} />
        ) : waiting ? (
          phone ? (
            <ProjectListSkeleton />
          ) : (
            <ProjectTableSkeleton />
          )
        ) : null}
      </Page>
      {dialog}
    </>
  );
}

function Jobs({
  org,
  projects,
  filter,
  onFilter,
  phone,
  now,
}: Omit<ProjectsPageProps, "org"> & { org: string; projects: ProjectSummary[]; phone: boolean; now: Date }) {
  // Rows keep their places while they are read; numbers in them are always new.
  const [order, setOrder] = useState(() => ({
    at: Date.now(),
    ids: applyFilter(projects, {}).map((p) => p.id),
  }));
  const shown = useMemo(() => keepOrder(applyFilter(projects, filter), order.ids), [projects, filter, order]);
  const fresh = useNewMail(org, order.at);
  const show = () => {
    setOrder({ at: Date.now(), ids: applyFilter(projects, {}).map((p) => p.id) });
    fresh.show();
  };

  return (
    <>
      <FilterBar projects={projects} shown={shown.length} filter={filter} onFilter={onFilter} phone={phone} />
      <NewMailPill count={fresh.count} onShow={show} />
      {shown.length === 0 ? (
        <Empty
          className="mt-2.5 bg-card max-md:mx-3"
          title={filter.risks && !filter.due && !filter.q ? "No open risks match." : "No projects match."}
          action={
            <Button size="small" onClick={() => onFilter({})}>
              {isNarrowed(filter) ? "Clear filters" : "Show every project"}
            </Button>
          }
        />
      ) : phone ? (
        <ProjectList org={org} projects={shown} now={now} />
      ) : (
        <ProjectTable org={org} projects={shown} now={now} onClear={() => onFilter({})} />
      )}
    </>
  );
}

function NewProject({
  org,
  open,
  onOpenChange,
  onCreated,
}: {
  org: string;
  open: boolean;
  onOpenChange(open: boolean): void;
  onCreated(id: string): void;
}) {
  const client = useQueryClient();
  const create = useMutation(createProject(org, client));
  return (
    <NewProjectDialog
      open={open}
      onOpenChange={onOpenChange}
      create={create.mutateAsync}
      onCreated={(project) => {
        onOpenChange(false);
        toast(`${project.name} is open.`);
        onCreated(project.id);
      }}
    />
  );
}
