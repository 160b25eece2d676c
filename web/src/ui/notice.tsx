import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "../lib/cn";

const tones = {
  danger: "bg-destructive-soft text-foreground [&>svg]:text-destructive",
  warning: "bg-warning-soft text-foreground [&>svg]:text-warning",
};

/** One line about trouble, with what to do. */
export function Notice({
  tone,
  children,
  action,
  className,
}: {
  tone: keyof typeof tones;
  children: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={cn(
        "flex min-h-9 items-center gap-2.5 rounded-control px-3 py-1.5 text-sm",
        tones[tone],
        className,
      )}
    >
      <CircleAlert className="size-4 shrink-0" aria-hidden />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}
