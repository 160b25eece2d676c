import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import type { ProjectSummary } from "../../api/types";
import { KindBadge } from "../../domain/fact-kind";
import { ProjectBadge } from "../../domain/project-badge";
import { Sparkline } from "../../domain/sparkline";
import { cn } from "../../lib/cn";
import { dayOf, formatWhen } from "../../lib/dates";
import { formatCount, plural } from "../../lib/money";
import { Skeleton } from "../../ui/skeleton";

/** The jobs on a phone: title, latest change, counts. */
export function ProjectList({ org, projects, now }: { org: string; projects: ProjectSummary[]; now: Date }) {
  return (
    <ul className="border-t bg-card">
      {projects.map((project) => (
        <li key={project.id} className="border-b">
          <Link
            to="/orgs/$org/projects/$project"
            params={{ org, project: project.id }}
            className="block px-4 py-3 focus-visible:-outline-offset-2 active:bg-accent"
          >
            <span className="flex items-baseline justify-between gap-3">
              <span className="flex min-w-0 items-center gap-2">
                <span className="truncate font-semibold text-lead">{project.name}</span>
                {project.status === "active" ? null : <ProjectBadge status={project.status} />}
              </span>
              <span
                className={cn(
                  "shrink-0 text-sm tabular-nums",
                  project.last_mail_at && dayOf(project.last_mail_at) === dayOf(now)
                    ? "font-medium"
                    : "text-muted-foreground",
                )}
              >
                {project.last_mail_at ? formatWhen(project.last_mail_at, now) : "No mail"}
              </span>
            </span>
            <span className="mt-[5px] flex gap-2.5">
              {project.latest ? (
                <>
                  <KindBadge kind={project.latest.kind} named />
                  <span className="line-clamp-2 text-base">{project.latest.text}</span>
                </>
              ) : (
                <span className="text-base text-muted-foreground">No facts yet</span>
              )}
            </span>
            <span className="mt-[7px] flex items-end justify-between gap-3 pl-[30px]">
              <span className="flex gap-3 text-sm tabular-nums">
                <span className="text-muted-foreground">{formatCount(project.open_actions)} open</span>
                {project.overdue > 0 ? (
                  <span className="font-medium text-destructive">{formatCount(project.overdue)} overdue</span>
                ) : null}
                {project.risks > 0 ? (
                  <span className="inline-flex items-center gap-1 text-destructive">
                    <TriangleAlert className="size-[13px]" aria-hidden />
                    {plural(project.risks, "risk")}
                  </span>
                ) : null}
              </span>
              <Sparkline weeks={project.weeks} className="h-[18px] w-[72px]" />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The list before it is known. */
export function ProjectListSkeleton() {
  return (
    <div role="status" className="mt-14 border-t bg-card">
      <span className="sr-only">Loading projects</span>
      {Array.from({ length: 5 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey bars have no identity
        <div key={i} className="h-[99px] border-b px-4 py-4">
          <Skeleton className="mb-3 h-3.5 w-48" />
          <Skeleton className="mb-3 h-2.5 w-72" />
          <Skeleton className="h-2.5 w-32" />
        </div>
      ))}
    </div>
  );
}
