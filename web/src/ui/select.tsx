import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "../lib/cn";
import { inputClasses } from "./input";

/** The platform's own list to choose from: best for forms and for phones. */
export function Select({ large, className, ...props }: ComponentProps<"select"> & { large?: boolean }) {
  return (
    <span className="relative block">
      <select
        {...props}
        className={cn(
          inputClasses,
          "appearance-none pr-8 pl-2.5 max-md:h-11 max-md:text-lead",
          large ? "h-10 text-base" : "h-8 text-sm",
          className,
        )}
      />
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted-foreground"
      />
    </span>
  );
}
