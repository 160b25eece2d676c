import type { ComponentProps, ReactNode } from "react";
import { cn } from "../lib/cn";
import { formatCount } from "../lib/money";

interface ChipProps extends Omit<ComponentProps<"button">, "children"> {
  pressed: boolean;
  icon?: ReactNode;
  children: ReactNode;
  /** How many it would show beside the other filters; 0 greys the chip out. */
  count?: number;
  tone?: "default" | "warning";
}

/** A filter that is on or off. */
export function Chip({ pressed, icon, children, count, tone = "default", className, ...props }: ChipProps) {
  const empty = count === 0 && !pressed;
  return (
    <button
      type="button"
      aria-pressed={pressed}
      className={cn(chipClasses, tones[tone], empty && "text-subtle-foreground", className)}
      {...props}
    >
      {icon}
      <span>{children}</span>{" "}
      {count === undefined ? null : (
        <span className={cn(!pressed && tone === "default" && "md:text-subtle-foreground")}>
          {formatCount(count)}
        </span>
      )}
    </button>
  );
}

const chipClasses = cn(
  "inline-flex h-7 shrink-0 select-none items-center gap-1.5 whitespace-nowrap rounded-control border border-border bg-card px-2.5 font-medium text-sm text-muted-foreground transition-colors hover:bg-accent",
  "aria-pressed:border-primary aria-pressed:bg-primary-soft aria-pressed:text-primary-soft-foreground",
  "max-md:h-9 max-md:gap-1 max-md:px-3 [&_svg]:size-3.5 [&_svg]:shrink-0 max-md:[&_svg]:mr-px max-md:[&_svg]:size-[15px]",
);

const tones = { default: "", warning: "text-warning" };

/** The look of a chip for a menu's trigger. */
export const chipTriggerClasses = cn(chipClasses, "data-[state=open]:bg-accent");
