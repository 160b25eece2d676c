import type { ReactNode } from "react";
import { cn } from "../lib/cn";

/** Nothing here: what will appear, and the one step to get it. */
export function Empty({
  title,
  children,
  action,
  className,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn("rounded-control border border-border-strong border-dashed px-4 py-4", className)}>
      <p className="font-medium text-base">{title}</p>
      {children ? <div className="mt-0.5 text-muted-foreground text-sm">{children}</div> : null}
      {action ? <div className="mt-3">{action}</div> : null}
    </div>
  );
}
