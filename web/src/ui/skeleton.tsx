import { cn } from "../lib/cn";

/** A grey bar where text will be. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded-[3px] bg-secondary", className)} />;
}
