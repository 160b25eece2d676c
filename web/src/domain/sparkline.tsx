import { cn } from "../lib/cn";

/** Mails per week as small bars, the newest in the accent. The numbers stand in its name. */
export function Sparkline({ weeks, className }: { weeks: readonly number[]; className?: string }) {
  const most = Math.max(...weeks, 1);
  const total = weeks.reduce((sum, n) => sum + n, 0);
  return (
    <svg
      role="img"
      aria-label={`${total} mails in ${weeks.length} weeks, ${weeks.at(-1) ?? 0} this week`}
      viewBox={`0 0 ${weeks.length * 7 - 2} 22`}
      preserveAspectRatio="none"
      className={cn("h-[22px] w-[84px]", className)}
    >
      {weeks.map((n, i) => {
        const height = n === 0 ? 1 : Math.max(3, Math.round((n / most) * 22));
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a week's place is what it is
            key={i}
            x={i * 7}
            y={22 - height}
            width={5}
            height={height}
            rx={n === 0 ? 0 : 1}
            className={i === weeks.length - 1 ? "fill-primary" : "fill-border-strong"}
          />
        );
      })}
    </svg>
  );
}
