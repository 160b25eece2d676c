import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowDown, TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ProjectSummary } from "../../api/types";
import { KindBadge, kindLooks } from "../../domain/fact-kind";
import { ProjectBadge } from "../../domain/project-badge";
import { Sparkline } from "../../domain/sparkline";
import { cn } from "../../lib/cn";
import { dayOf, formatStamp, formatWhen } from "../../lib/dates";
import { useKeys } from "../../lib/keys";
import { formatCount } from "../../lib/money";
import { Card } from "../../ui/card";
import { Skeleton } from "../../ui/skeleton";

interface ProjectTableProps {
  org: string;
  projects: ProjectSummary[];
  now: Date;
  onClear(): void;
}

const head = "px-0 py-2 text-right font-medium text-subtle-foreground text-xs whitespace-nowrap";
const cell = "py-0 text-right align-middle tabular-nums";

function Columns() {
  return (
    <colgroup>
      <col className="w-[322px] max-xl:w-[34%]" />
      <col />
      <col className="w-[100px]" />
      <col className="w-[60px]" />
      <col className="w-[89px] max-lg:hidden" />
      <col className="w-[118px] max-xl:hidden" />
      <col className="w-[114px]" />
    </colgroup>
  );
}

function Head() {
  return (
    <thead>
      <tr className="h-8 border-b">
        <th scope="col" className={cn(head, "pl-4 text-left")}>
          Project
        </th>
        <th scope="col" className={cn(head, "text-left")}>
          Latest change
        </th>
        <th scope="col" className={head}>
          Open actions
        </th>
        <th scope="col" className={head}>
          Risks
        </th>
        <th scope="col" className={cn(head, "max-lg:hidden")}>
          Due 7 days
        </th>
        <th scope="col" className={cn(head, "pl-[34px] text-left max-xl:hidden")}>
          Mail, 12 weeks
        </th>
        <th scope="col" aria-sort="descending" className={cn(head, "pr-4 text-foreground")}>
          <span className="inline-flex items-center gap-1">
            Last mail <ArrowDown className="size-3" aria-hidden />
          </span>
        </th>
      </tr>
    </thead>
  );
}

/** The jobs, newest mail first. J and K move a row, Enter opens it; a click anywhere on a row does too. */
export function ProjectTable({ org, projects, now, onClear }: ProjectTableProps) {
  const [row, setRow] = useState(0);
  const body = useRef<HTMLTableSectionElement>(null);
  const navigate = useNavigate();
  const at = Math.min(row, projects.length - 1);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(projects.length - 1, to));
    setRow(next);
    body.current?.rows[next]?.scrollIntoView({ block: "nearest" });
  };
  const open = (project: ProjectSummary | undefined) =>
    project ? navigate({ to: "/orgs/$org/projects/$project", params: { org, project: project.id } }) : false;
  const group = "Projects";
  useKeys([
    { keys: "j", label: "Next project", group, run: () => move(at + 1) },
    { keys: "ArrowDown", label: "Next project", group, run: () => move(at + 1) },
    { keys: "k", label: "Previous project", group, run: () => move(at - 1) },
    { keys: "ArrowUp", label: "Previous project", group, run: () => move(at - 1) },
    { keys: "Enter", label: "Open project", group, run: () => open(projects[at]) },
    { keys: "Escape", label: "Clear filters", group, run: onClear },
  ]);
  useEffect(() => setRow((r) => Math.min(r, Math.max(0, projects.length - 1))), [projects.length]);

  return (
    <Card className="overflow-hidden">
      <table className="w-full table-fixed border-collapse">
        <caption className="sr-only">Projects, newest mail first</caption>
        <Columns />
        <Head />
        <tbody ref={body}>
          {projects.map((project, i) => (
            // The row is a wider target for the link in it; keyboards and readers use that link.
            <tr
              key={project.id}
              data-active={i === at || undefined}
              onClick={(e) => {
                if (!(e.target as Element).closest("a") && !getSelection()?.toString()) open(project);
              }}
              className="relative h-[57px] cursor-default first:h-14 border-b transition-colors last:border-0 hover:bg-accent data-active:bg-accent"
            >
              <Row org={org} project={project} now={now} active={i === at} />
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Row({
  org,
  project,
  now,
  active,
}: {
  org: string;
  project: ProjectSummary;
  now: Date;
  active: boolean;
}) {
  const { latest } = project;
  const sub = [project.job_number, project.client].filter(Boolean).join(" · ");
  const last = project.last_mail_at;
  return (
    <>
      <td
        className={cn(
          "relative pr-4 pl-4 align-middle",
          active && "before:absolute before:inset-y-0 before:left-0 before:w-[3px] before:bg-primary",
        )}
      >
        <div className="flex min-w-0 items-center gap-2">
          <Link
            to="/orgs/$org/projects/$project"
            params={{ org, project: project.id }}
            className="truncate rounded-[3px] font-semibold text-base"
          >
            {project.name}
          </Link>
          {project.status === "active" ? null : <ProjectBadge status={project.status} />}
        </div>
        <p className="truncate text-subtle-foreground text-xs">{sub}</p>
      </td>
      <td className="align-middle">
        {latest ? (
          <div className="flex items-center gap-2.5">
            <KindBadge kind={latest.kind} />
            <div className="-mt-px min-w-0">
              <p className="truncate text-sm">{latest.text}</p>
              <p className="truncate text-subtle-foreground text-xs">
                <span className={cn("font-medium", kindLooks[latest.kind].text)}>
                  {kindLooks[latest.kind].label}
                </span>
                {" · "}
                {formatStamp(latest.at, now)}
              </p>
            </div>
          </div>
        ) : (
          <p className="text-muted-foreground text-sm">No facts yet</p>
        )}
      </td>
      <td className={cell}>
        <p className={cn("text-base", project.open_actions > 0 ? "font-medium" : "text-muted-foreground")}>
          {formatCount(project.open_actions)}
        </p>
        {project.overdue > 0 ? (
          <p className="font-medium text-destructive text-xs">{formatCount(project.overdue)} overdue</p>
        ) : null}
      </td>
      <td className={cell}>
        {project.risks > 0 ? (
          <span className="inline-flex items-center gap-[5px] font-medium text-base text-ev-risk-fg">
            <TriangleAlert className="size-[13px]" aria-hidden />
            {formatCount(project.risks)}
          </span>
        ) : (
          <span className="text-subtle-foreground">0</span>
        )}
      </td>
      <td
        className={cn(
          cell,
          "max-lg:hidden",
          project.due_7_days > 0 ? "font-medium" : "text-muted-foreground",
        )}
      >
        {formatCount(project.due_7_days)}
      </td>
      <td className={cn(cell, "pl-[34px] text-left max-xl:hidden")}>
        <Sparkline weeks={project.weeks} />
      </td>
      <td
        className={cn(
          cell,
          "pr-4 text-sm",
          last && dayOf(last) === dayOf(now) ? "font-medium" : "text-muted-foreground",
        )}
      >
        {last ? <time dateTime={last}>{formatWhen(last, now)}</time> : "No mail"}
      </td>
    </>
  );
}

/** The table before its rows are known, at its final height. */
export function ProjectTableSkeleton() {
  return (
    <div role="status" className="mt-14">
      <span className="sr-only">Loading projects</span>
      <Card className="overflow-hidden">
        <table aria-hidden className="w-full table-fixed border-collapse">
          <Columns />
          <Head />
          <tbody>
            {Array.from({ length: 6 }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: grey bars have no identity
              <tr key={i} className="h-[57px] border-b last:border-0">
                <td className="pl-4">
                  <Skeleton className="mb-2 h-2.5 w-44" />
                  <Skeleton className="h-2 w-28" />
                </td>
                <td colSpan={6}>
                  <div className="flex items-center gap-2.5">
                    <Skeleton className="size-5" />
                    <Skeleton className="h-2.5 w-72" />
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </div>
  );
}
