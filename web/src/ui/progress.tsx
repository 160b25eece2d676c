import { cn } from "../lib/cn";

/** How much of a limit is used. Amber from 90%, red at 100%; the words beside it say the same. */
export function Progress({
  label,
  value,
  max,
  className,
}: {
  label: string;
  value: number;
  max: number;
  className?: string;
}) {
  const part = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={max}
      className={cn("h-1.5 overflow-hidden rounded-full bg-secondary", className)}
    >
      <div
        className={cn(
          "h-full rounded-full",
          part >= 1 ? "bg-destructive" : part >= 0.9 ? "bg-warning-line" : "bg-primary",
        )}
        style={{ width: `${part * 100}%` }}
      />
    </div>
  );
}
