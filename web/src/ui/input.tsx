import type { ComponentProps } from "react";
import { cn } from "../lib/cn";

/** The frame of everything one types into. */
export const inputClasses = cn(
  "w-full min-w-0 rounded-control border border-input bg-card text-foreground transition-colors placeholder:text-subtle-foreground",
  "focus-visible:border-ring focus-visible:outline-2 focus-visible:outline-ring focus-visible:-outline-offset-1",
  "aria-invalid:border-destructive aria-invalid:outline-2 aria-invalid:outline-destructive aria-invalid:-outline-offset-1",
  "disabled:border-border disabled:bg-muted disabled:text-subtle-foreground",
);

/** A line to type into; 32 px high, 40 in forms. 16 px type on touch, so that phones do not zoom. */
export function Input({ large, className, ...props }: ComponentProps<"input"> & { large?: boolean }) {
  return (
    <input
      {...props}
      className={cn(
        inputClasses,
        large ? "h-10 px-2.5 text-base" : "h-8 px-2.5 text-sm",
        "max-md:h-11 max-md:text-lead",
        className,
      )}
    />
  );
}
