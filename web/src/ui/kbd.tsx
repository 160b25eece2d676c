import type { ReactNode } from "react";
import { cn } from "../lib/cn";
import { keyCaps } from "../lib/keys";

/** One key cap. */
export function Kbd({
  children,
  inverse,
  className,
}: {
  children: ReactNode;
  inverse?: boolean;
  className?: string;
}) {
  return (
    <kbd
      className={cn(
        "inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-[4px] border border-b-2 px-[5px] font-medium font-sans text-[11px] leading-none",
        inverse
          ? "border-background/40 text-background"
          : "border-border-strong bg-card text-subtle-foreground",
        className,
      )}
    >
      {children}
    </kbd>
  );
}

/** The caps of a shortcut, as in lib/keys. */
export function KeyCaps({
  keys,
  inverse,
  className,
}: {
  keys: string;
  inverse?: boolean;
  className?: string;
}) {
  return (
    <span className={cn("inline-flex gap-1", className)}>
      {keyCaps(keys).map((cap) => (
        <Kbd key={cap} inverse={inverse}>
          {cap}
        </Kbd>
      ))}
    </span>
  );
}
