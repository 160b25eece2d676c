import { cn } from "../lib/cn";

/** How much of a limit is used. Amber from 90%, red at 100%; the words beside it say the same. */
export function Progress({
  label,
  value,
  max,
  marks = [],
  className,
}: {
  label: string;
  value: number;
  max: number;
  /** Percent of the limit at which people are told. */
  marks?: readonly number[];
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
      className={cn("relative h-1.5 rounded-full bg-secondary", className)}
    >
      <div
        className={cn(
          "h-full rounded-full",
          part >= 1 ? "bg-destructive" : part >= 0.9 ? "bg-warning-line" : "bg-primary",
        )}
        style={{ width: `${part * 100}%` }}
      />
      {marks.map((at) => (
        <span
          key={at}
          aria-hidden
          className="absolute -top-[3px] h-3 w-0.5 -translate-x-1/2 rounded-[1px] bg-muted-foreground"
          style={{ left: `${at}%` }}
        />
      ))}
    </div>
  );
}
