import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { factQueries } from "../../api/queries/facts";
import { orgQuery } from "../../api/queries/orgs";
import { projectQueries } from "../../api/queries/projects";
import { meQuery } from "../../api/queries/session";
import type { Counts } from "../../api/types";
import { isMine } from "../../domain/mine";
import { usePinned } from "../../domain/pins";
import { cn } from "../../lib/cn";
import { useMedia } from "../../lib/hooks";
import { formatCount } from "../../lib/money";
import { KeyCaps } from "../../ui/kbd";
import { Tooltip } from "../../ui/tooltip";
import { AccountMenu } from "./account-menu";
import { OrgMenu } from "./org-menu";
import { lowerPlaces, type PlaceEntry, places } from "./places";

const row = cn(
  "group flex h-[30px] items-center gap-[9px] rounded-control px-2 font-medium text-sidebar-foreground text-sm transition-colors hover:bg-sidebar-accent/60",
  "aria-[current=page]:bg-sidebar-accent aria-[current=page]:text-sidebar-accent-foreground max-xl:w-9 max-xl:justify-center max-xl:px-0",
);
const wide = "max-xl:sr-only";

/** Firm, search, places, pinned projects, plan, settings, you. Icons only under 1180 px. */
export function Sidebar({ org, onSearch }: { org: string; onSearch(): void }) {
  const { data } = useSuspenseQuery(orgQuery(org));
  const narrow = useMedia("(max-width: 73.74rem)");
  return (
    <div className="flex w-14 shrink-0 flex-col border-sidebar-border border-r bg-sidebar max-md:hidden max-xl:items-center xl:w-56">
      <div className="px-2.5 pt-3 max-xl:px-0 xl:w-full">
        <OrgMenu org={data} />
        <Tooltip text="Search or jump to" keys="mod+k" side="right">
          <button
            type="button"
            onClick={onSearch}
            className="mt-2 flex h-8 w-full items-center gap-[7px] rounded-control border border-border bg-card pr-1.5 pl-[9px] text-subtle-foreground text-sm transition-colors hover:bg-popover max-xl:size-9 max-xl:justify-center max-xl:px-0"
          >
            <Search className="size-[15px] shrink-0" aria-hidden />
            <span className={cn("min-w-0 flex-1 truncate text-left", wide)}>Search or jump to</span>
            <KeyCaps keys="mod+k" className="max-xl:hidden" />
          </button>
        </Tooltip>
      </div>
      <nav aria-label="Places" className="min-h-0 flex-1 overflow-y-auto px-2.5 pt-3 max-xl:px-2">
        <PlaceList org={org} entries={places} counts={data.counts} narrow={narrow} />
        <Pinned org={org} narrow={narrow} />
      </nav>
      <nav aria-label="Account and plan" className="px-2.5 pb-[9px] max-xl:px-2">
        <PlaceList org={org} entries={lowerPlaces} counts={data.counts} narrow={narrow} />
        <div className="mt-2 mb-[5px] h-px bg-sidebar-border" />
        <AccountMenu org={data} />
      </nav>
    </div>
  );
}

function PlaceList({
  org,
  entries,
  counts,
  narrow,
}: {
  org: string;
  entries: readonly PlaceEntry[];
  counts: Counts;
  narrow: boolean;
}) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: actions } = useQuery(factQueries.actions(org));
  const mine = actions?.items.filter((f) => isMine(f, me.user)).length ?? 0;
  return (
    <ul>
      {entries.map((entry) => {
        const count = entry.mine ? mine : (entry.count?.(counts) ?? 0);
        const link = (
          <Link
            to={entry.to}
            params={{ org }}
            className={row}
            activeOptions={{ exact: entry.to === "/orgs/$org/projects", includeSearch: false }}
          >
            <span className="relative shrink-0">
              <entry.icon className="size-4" aria-hidden strokeWidth={1.9} />
              {entry.asks && count > 0 ? (
                <span
                  aria-hidden
                  className="absolute -top-1 -right-1 hidden size-2 rounded-full bg-primary max-xl:block"
                />
              ) : null}
            </span>
            <span className={cn("min-w-0 flex-1 truncate", wide)}>{entry.label}</span>{" "}
            {count > 0 ? <Count asks={entry.asks} n={count} /> : null}
          </Link>
        );
        return (
          <li key={entry.to}>
            {narrow || entry.keys ? (
              <Tooltip text={entry.label} keys={entry.keys} side="right">
                {link}
              </Tooltip>
            ) : (
              link
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Count({ n, asks }: { n: number; asks?: boolean }) {
  return (
    <span
      className={cn(
        "text-xs",
        wide,
        asks
          ? "inline-flex h-[17px] min-w-6 items-center justify-center rounded-full bg-primary px-[5px] font-semibold text-primary-foreground"
          : "text-subtle-foreground group-aria-[current=page]:text-muted-foreground",
      )}
    >
      {formatCount(n)}
    </span>
  );
}

function Pinned({ org, narrow }: { org: string; narrow: boolean }) {
  const { data: projects = [] } = useQuery(projectQueries.all(org));
  const pinned = usePinned(org, projects);
  if (pinned.length === 0 || narrow) return null;
  return (
    <section aria-labelledby="pinned-heading">
      <h2 id="pinned-heading" className="mt-4 mb-[5px] px-2 font-medium text-subtle-foreground text-xs">
        Pinned
      </h2>
      <ul>
        {pinned.map((project) => (
          <li key={project.id}>
            <Link
              to="/orgs/$org/projects/$project"
              params={{ org, project: project.id }}
              className={row}
              activeOptions={{ includeSearch: false }}
            >
              <span aria-hidden className="flex size-4 shrink-0 items-center justify-center">
                <span
                  className={cn(
                    "size-2 rounded-full",
                    project.unseen > 0 ? "bg-primary" : "border-2 border-border-strong",
                  )}
                />
              </span>
              <span title={project.name} className="h-[18px] min-w-0 flex-1 overflow-hidden break-words">
                {project.name}
              </span>{" "}
              {project.unseen > 0 ? (
                <span className="text-subtle-foreground text-xs group-aria-[current=page]:text-muted-foreground">
                  {formatCount(project.unseen)} <span className="sr-only">unseen</span>
                </span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
