import { Eye } from "lucide-react";
import { cn } from "../lib/cn";

/** Tells a viewer whom to ask, in the place of the buttons they do not have. */
export function ViewerLine({
  what = "confirm or correct facts",
  className,
}: {
  what?: string;
  className?: string;
}) {
  return (
    <p className={cn("flex items-center gap-1.5 text-muted-foreground text-xs", className)}>
      <Eye className="size-3.5 shrink-0" aria-hidden />
      You are a viewer. Ask an admin to {what}.
    </p>
  );
}
