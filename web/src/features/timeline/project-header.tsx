import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronLeft, Copy, Ellipsis, MapPin, Pin, PinOff, RefreshCw, Search } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { changeProject, projectQueries } from "../../api/queries/projects";
import type { MailAddress, ProjectDetail, ProjectStatus } from "../../api/types";
import { useOpenPalette } from "../../domain/palette-context";
import { personName } from "../../domain/person-chip";
import { togglePin, usePinned } from "../../domain/pins";
import { ProjectBadge, statuses, statusLabels } from "../../domain/project-badge";
import { Reread } from "../../domain/readings";
import { dayOf, formatDate } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { formatCount, plural } from "../../lib/money";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { IconButton } from "../../ui/icon-button";
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  MenuTrigger,
} from "../../ui/menu";
import { PageTitle } from "../../ui/page";
import { toast } from "../../ui/toast";
import { Tooltip } from "../../ui/tooltip";

interface ProjectHeaderProps {
  org: string;
  project: ProjectDetail;
  /** Who wrote last, each once. */
  writers: readonly MailAddress[];
  mayChange: boolean;
}

const SHOWN = 5;

/** What the job is, where, for whom, and the address its mail goes to. */
export function ProjectHeader(props: ProjectHeaderProps) {
  const { project, writers } = props;
  const today = dayOf(useNow());
  const more = project.people_count - Math.min(writers.length, SHOWN);
  return (
    <header className="px-7 pt-4 max-md:hidden">
      <div className="flex min-h-8 items-center gap-2.5">
        <PageTitle className="truncate">{project.name}</PageTitle>
        <ProjectBadge status={project.status} />
        <div className="ml-auto flex shrink-0 items-center gap-2.5">
          {writers.length > 0 ? (
            <Tooltip text={writers.slice(0, 12).map(personName).join(", ")}>
              <Link
                to="."
                search={{ tab: "people" }}
                className="flex items-center rounded-full pr-1 max-lg:hidden"
              >
                <span className="sr-only">{plural(project.people_count, "person", "people")} wrote</span>
                {writers.slice(0, SHOWN).map((p) => (
                  <Avatar key={p.address} name={personName(p)} className="-mr-px" />
                ))}
                {more > 0 ? (
                  <span
                    aria-hidden
                    className="ml-px inline-flex h-[26px] min-w-[26px] items-center justify-center rounded-full border border-border-strong/60 bg-secondary px-1 font-semibold text-[10px] text-secondary-foreground tabular-nums"
                  >
                    +{formatCount(more)}
                  </span>
                ) : null}
              </Link>
            </Tooltip>
          ) : null}
          <Tooltip text={`Copy ${project.cc_address}`}>
            <Button size="default" className="h-[30px]" onClick={() => copyAddress(project)}>
              <Copy aria-hidden className="size-[15px]!" strokeWidth={1.75} />
              CC address
            </Button>
          </Tooltip>
          <ProjectMenu {...props} />
        </div>
      </div>
      <p className="mt-0.5 flex flex-wrap items-center text-muted-foreground text-sm">
        {project.job_number ? (
          <span className="font-medium text-foreground">Job {project.job_number}</span>
        ) : null}
        {project.address ? (
          <span className="inline-flex items-center gap-1 before:mx-2.5 before:content-['·'] first:before:hidden">
            <MapPin className="size-3.5" aria-hidden strokeWidth={1.75} />
            {project.address}
          </span>
        ) : null}
        {project.client ? (
          <span className="before:mx-2.5 before:content-['·'] first:before:hidden">{project.client}</span>
        ) : null}
        <span className="before:mx-2.5 before:content-['·'] first:before:hidden">
          {project.first_mail_at
            ? `${plural(project.mails, "mail")} since ${formatDate(dayOf(project.first_mail_at), today)}`
            : "No mail yet"}
        </span>
      </p>
    </header>
  );
}

/** The same on a phone: a bar that stays at the top. */
export function ProjectBar(props: ProjectHeaderProps) {
  const { org, project } = props;
  const search = useOpenPalette();
  const line = [project.job_number && `Job ${project.job_number}`, project.client]
    .filter(Boolean)
    .join(" · ");
  return (
    <div className="sticky top-0 z-20 flex h-[52px] shrink-0 items-center gap-1 bg-card pr-2 pl-1 md:hidden">
      <Link
        to="/orgs/$org/projects"
        params={{ org }}
        aria-label="All projects"
        className="inline-flex size-11 shrink-0 items-center justify-center rounded-control text-muted-foreground"
      >
        <ChevronLeft className="size-5" aria-hidden />
      </Link>
      <div className="min-w-0 flex-1">
        <h1 className="truncate font-semibold text-lead leading-5">{project.name}</h1>
        {line ? <p className="truncate text-muted-foreground text-xs">{line}</p> : null}
      </div>
      <button
        type="button"
        onClick={search}
        aria-label="Search"
        className="inline-flex size-11 shrink-0 items-center justify-center rounded-control text-muted-foreground"
      >
        <Search className="size-[19px]" aria-hidden />
      </button>
      <ProjectMenu {...props} phone />
    </div>
  );
}

async function copyAddress(project: ProjectDetail) {
  try {
    await navigator.clipboard.writeText(project.cc_address);
    toast(`Copied ${project.cc_address}`, { icon: <Copy aria-hidden /> });
  } catch {
    toast(`Put this address in CC: ${project.cc_address}`);
  }
}

function ProjectMenu({ org, project, mayChange, phone }: ProjectHeaderProps & { phone?: boolean }) {
  const client = useQueryClient();
  const { data: projects = [] } = useQuery(projectQueries.all(org));
  const pinned = usePinned(org, projects).some((p) => p.id === project.id);
  const change = useMutation({
    ...changeProject(org, client),
    onError: (error) => toast(messageOf(error)),
  });
  const [rereading, setRereading] = useState(false);
  return (
    <>
      <Menu>
        <MenuTrigger asChild>
          {phone ? (
            <button
              type="button"
              aria-label="Project menu"
              className="inline-flex size-11 shrink-0 items-center justify-center rounded-control text-muted-foreground"
            >
              <Ellipsis className="size-5" aria-hidden />
            </button>
          ) : (
            <IconButton label="Project menu" className="size-[30px]" icon={<Ellipsis aria-hidden />} />
          )}
        </MenuTrigger>
        <MenuContent align="end">
          {phone ? (
            <MenuItem onSelect={() => copyAddress(project)}>
              <Copy aria-hidden /> Copy CC address
            </MenuItem>
          ) : null}
          <MenuItem onSelect={() => togglePin(org, project.id, projects)}>
            {pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
            {pinned ? "Unpin from sidebar" : "Pin to sidebar"}
          </MenuItem>
          {mayChange ? (
            <>
              <MenuItem onSelect={() => setRereading(true)}>
                <RefreshCw aria-hidden /> Read mail again
              </MenuItem>
              <MenuSeparator />
              <MenuLabel>Status</MenuLabel>
              <MenuRadioGroup
                value={project.status}
                onValueChange={(status) => change.mutate({ id: project.id, status: status as ProjectStatus })}
              >
                {statuses.map((s) => (
                  <MenuRadioItem key={s} value={s}>
                    {statusLabels[s]}
                  </MenuRadioItem>
                ))}
              </MenuRadioGroup>
            </>
          ) : null}
        </MenuContent>
      </Menu>
      {rereading ? (
        <Dialog
          open
          onOpenChange={setRereading}
          title="Read mail again"
          description={`Every mail of ${project.name}. What differs waits for you before it counts.`}
        >
          <Reread org={org} ask={{ project: project.id }} />
        </Dialog>
      ) : null}
    </>
  );
}
