import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "../../lib/cn";

interface StepProps {
  n: number;
  title: string;
  /** What it is about, in a sentence. */
  note: ReactNode;
  state: "done" | "now" | "later";
  /** At the right of the title. */
  aside?: ReactNode;
  children?: ReactNode;
}

/** One step of setting up: its number, or a tick once it is done. */
export function Step({ n, title, note, state, aside, children }: StepProps) {
  return (
    <li
      aria-current={state === "now" ? "step" : undefined}
      className={cn(
        "flex gap-[13px] border-b px-5 py-4 last:border-0 max-md:px-4",
        state === "now" && "bg-primary-soft pt-[18px] pb-5",
      )}
    >
      <span
        aria-hidden
        className={cn(
          "flex size-6 shrink-0 items-center justify-center rounded-full font-semibold text-xs tabular-nums",
          state === "done" && "bg-primary text-primary-foreground",
          state === "now" && "border-2 border-primary bg-card text-primary",
          state === "later" && "border border-border-strong text-muted-foreground",
        )}
      >
        {state === "done" ? <Check className="size-3.5" /> : n}
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline justify-between gap-3">
          <h2 className={cn("font-semibold", state === "now" ? "text-lead" : "text-base")}>{title}</h2>
          {aside ?? (state === "done" ? <span className="text-muted-foreground text-sm">Done</span> : null)}
        </div>
        <div
          className={cn(
            state === "now" ? "mt-0.5 text-base text-foreground" : "text-muted-foreground text-sm",
          )}
        >
          {note}
        </div>
        {children}
      </div>
    </li>
  );
}
