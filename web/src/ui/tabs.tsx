import { type ReactNode, useEffect, useRef } from "react";
import { cn } from "../lib/cn";
import { formatCount } from "../lib/money";

/** A bar of links between parts of one page. The children are links wearing tabClasses. */
export function TabBar({
  label,
  children,
  className,
}: {
  label: string;
  children: ReactNode;
  className?: string;
}) {
  const bar = useRef<HTMLElement>(null);
  // A link may lead to a tab that a narrow screen does not show.
  useEffect(() => {
    bar.current
      ?.querySelector("[aria-current='page']")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, []);
  return (
    <nav
      ref={bar}
      aria-label={label}
      className={cn("flex overflow-x-auto [scrollbar-width:none]", className)}
    >
      {children}
    </nav>
  );
}

/** The look of one tab; aria-current="page" marks the open one. */
export const tabClasses = cn(
  "inline-flex h-9 shrink-0 items-center gap-2 border-transparent border-b-2 px-[11px] font-medium text-base text-muted-foreground transition-colors hover:text-foreground",
  "focus-visible:-outline-offset-2 aria-[current=page]:border-primary aria-[current=page]:text-foreground max-md:h-11",
);

/** What a tab says: a word and how many. */
export function TabLabel({ children, count }: { children: ReactNode; count?: number }) {
  return (
    <>
      {children}{" "}
      {count === undefined ? null : (
        <span className="font-medium text-muted-foreground text-sm tabular-nums">{formatCount(count)}</span>
      )}
    </>
  );
}
