import type { ComponentProps } from "react";
import { cn } from "../lib/cn";

/** A surface for one list or one table. Never inside another. */
export function Card({ className, ...props }: ComponentProps<"div">) {
  return <div className={cn("rounded-card border bg-card text-card-foreground", className)} {...props} />;
}
