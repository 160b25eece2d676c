import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { cn } from "../../lib/cn";
import { type TabId, tabs } from "./tabs";

const item = cn(
  "flex shrink-0 items-center whitespace-nowrap font-medium text-muted-foreground text-sm transition-colors hover:text-foreground aria-[current=page]:text-foreground",
  "lg:h-[30px] lg:rounded-control lg:px-2.5 lg:hover:bg-accent/60 lg:aria-[current=page]:bg-secondary",
  "focus-visible:-outline-offset-2 max-lg:h-9 max-lg:border-transparent max-lg:border-b-2 max-lg:px-[11px] max-lg:aria-[current=page]:border-primary max-md:h-11 max-md:text-base",
);

/** The parts of the settings at the left; a bar above them where there is no room for that. */
export function SettingsMenu({ org, open }: { org: string; open: TabId }) {
  const bar = useRef<HTMLElement>(null);
  // A link may lead to a part that a narrow screen does not show.
  useEffect(() => {
    bar.current
      ?.querySelector(`[data-tab="${open}"]`)
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [open]);
  return (
    <nav
      ref={bar}
      aria-label="Settings"
      className="flex shrink-0 max-lg:mb-3 max-lg:overflow-x-auto max-lg:border-b max-lg:[scrollbar-width:none] lg:-ml-2.5 lg:w-[166px] lg:flex-col"
    >
      {tabs.map(({ id, label }) => (
        <Link
          key={id}
          to="/orgs/$org/settings"
          params={{ org }}
          search={id === "members" ? {} : { tab: id }}
          activeOptions={{ exact: true, includeSearch: true }}
          aria-current={id === open ? "page" : undefined}
          data-tab={id}
          className={item}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
