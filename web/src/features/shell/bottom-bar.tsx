import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { orgQuery } from "../../api/queries/orgs";
import { formatCount } from "../../lib/money";
import { places } from "./places";

const tab =
  "relative flex min-h-11 flex-1 flex-col items-center gap-[3px] pt-2 font-medium text-muted-foreground text-xs aria-[current=page]:font-semibold aria-[current=page]:text-primary focus-visible:-outline-offset-2";

/** The four tabs of a phone. */
export function BottomBar({ org, onSearch }: { org: string; onSearch(): void }) {
  const { data } = useSuspenseQuery(orgQuery(org));
  return (
    <nav
      aria-label="Places"
      className="flex min-h-[72px] shrink-0 border-t bg-card pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.slice(0, 3).map((entry) => {
        const count = entry.asks ? (entry.count?.(data.counts) ?? 0) : 0;
        return (
          <Link key={entry.to} to={entry.to} params={{ org }} className={tab}>
            <span className="relative">
              <entry.icon className="size-[22px]" aria-hidden strokeWidth={1.75} />
              {count > 0 ? (
                <span className="absolute -top-[5px] left-[13px] inline-flex h-[17px] min-w-6 items-center justify-center rounded-full bg-primary px-[5px] font-semibold text-primary-foreground">
                  {formatCount(count)}
                </span>
              ) : null}
            </span>
            {entry.short}
          </Link>
        );
      })}
      <button type="button" onClick={onSearch} className={tab}>
        <Search className="size-[22px]" aria-hidden strokeWidth={1.75} />
        Search
      </button>
    </nav>
  );
}
