import { cn } from "../lib/cn";

/** A frame for a few choices side by side; one of them is on. */
export const segmentedClasses =
  "inline-flex h-8 items-center rounded-control border border-border-strong bg-card p-[3px]";

/** The look of one choice; aria-current or aria-pressed marks the one that is on. */
export const segmentClasses = cn(
  "touch-target inline-flex h-6 items-center gap-1.5 rounded-[5px] px-2.5 font-medium text-muted-foreground text-sm transition-colors hover:text-foreground",
  "aria-[current]:bg-secondary aria-[current]:text-foreground aria-pressed:bg-secondary aria-pressed:text-foreground [&_svg]:size-[15px]",
);
