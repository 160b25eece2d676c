import { useState } from "react";
import type { Usage } from "../../api/types";
import { cn } from "../../lib/cn";
import { daysBetween, formatWeekdayDate } from "../../lib/dates";
import { usePhone } from "../../lib/hooks";
import { formatCount, formatMicroUSD, plural } from "../../lib/money";
import { Card } from "../../ui/card";
import { segmentClasses, segmentedClasses } from "../../ui/segmented";
import { Tooltip } from "../../ui/tooltip";
import { axis } from "./axis";

/** Mails per day as bars, or as a table. */
export function DayChart({ days, today }: { days: Usage["days"]; today: string }) {
  const [table, setTable] = useState(false);
  return (
    <Card className="min-w-0 flex-1 px-4 pt-2 pb-3">
      <div className="mb-2 flex items-center justify-between gap-3">
        <h2 className="font-semibold text-base tracking-[-0.012em]">Mails per day</h2>
        <div className={segmentedClasses}>
          <button
            type="button"
            aria-pressed={!table}
            onClick={() => setTable(false)}
            className={segmentClasses}
          >
            Chart
          </button>
          <button
            type="button"
            aria-pressed={table}
            onClick={() => setTable(true)}
            className={segmentClasses}
          >
            Table
          </button>
        </div>
      </div>
      {table ? <DayTable days={days} today={today} /> : <Bars days={days} today={today} />}
    </Card>
  );
}

function Bars({ days, today }: { days: Usage["days"]; today: string }) {
  // Thirty bars are too narrow for a thumb; there the table says the numbers.
  const thumb = usePhone();
  const { top, ticks } = axis(Math.max(...days.map((d) => d.emails)));
  return (
    <figure>
      <figcaption className="sr-only">
        {plural(
          days.reduce((n, d) => n + d.emails, 0),
          "mail",
        )}{" "}
        in {days.length} days; the numbers stand in the table.
      </figcaption>
      <div className="relative h-[180px]">
        {ticks.map((n) => (
          <div
            key={n}
            aria-hidden
            className="absolute inset-x-0 flex items-center gap-2 text-subtle-foreground text-xs tabular-nums"
            style={{ bottom: `${(n / top) * 100}%`, transform: "translateY(50%)" }}
          >
            <span className="w-6 text-right">{formatCount(n)}</span>
            <span className="h-px flex-1 bg-border" />
          </div>
        ))}
        <ul className="absolute inset-y-0 right-0 left-8 flex items-end gap-[3px]">
          {days.map((d) => (
            <li key={d.day} className="flex h-full min-w-0 flex-1 items-end">
              {thumb ? (
                <Bar day={d} top={top} today={today} />
              ) : (
                <Tooltip side="top" text={`${wordsOf(d, today)}, ${formatMicroUSD(d.cost_micro_usd)}`}>
                  <button
                    type="button"
                    aria-label={wordsOf(d, today)}
                    className="flex h-full w-full cursor-default items-end rounded-[2px] hover:bg-muted"
                  >
                    <Bar day={d} top={top} today={today} />
                  </button>
                </Tooltip>
              )}
            </li>
          ))}
        </ul>
      </div>
      <div aria-hidden className="mt-1.5 ml-8 flex gap-[3px] text-subtle-foreground text-xs">
        {days.map((d, i) => (
          <span
            key={d.day}
            className={cn(
              "flex min-w-0 flex-1 justify-center whitespace-nowrap",
              d.day === today && "font-semibold text-foreground",
            )}
          >
            {d.day === today
              ? "Today"
              : !nearToday(d.day, today, thumb ? 3 : 1) && (i === 0 || Number(d.day.slice(8)) % 5 === 0)
                ? Number(d.day.slice(8))
                : ""}
          </span>
        ))}
      </div>
    </figure>
  );
}

type Day = Usage["days"][number];

const wordsOf = (d: Day, today: string) => `${formatWeekdayDate(d.day, today)}: ${plural(d.emails, "mail")}`;

function Bar({ day, top, today }: { day: Day; top: number; today: string }) {
  return (
    <span
      className={cn("block w-full rounded-t-[2px]", day.day === today ? "bg-chart-2" : "bg-chart-1")}
      style={{ height: `${(day.emails / top) * 100}%` }}
    />
  );
}

function DayTable({ days, today }: { days: Usage["days"]; today: string }) {
  return (
    <div className="max-h-[320px] overflow-y-auto">
      <table className="w-full text-sm">
        <caption className="sr-only">Mails and AI cost per day</caption>
        <thead className="text-muted-foreground text-xs">
          <tr className="border-b">
            <th scope="col" className="py-1.5 text-left font-medium">
              Day
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              Mails
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              AI cost
            </th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {days.map((d) => (
            <tr key={d.day} className="h-[30px] border-b last:border-0">
              <td>{formatWeekdayDate(d.day, today)}</td>
              <td className="text-right">{formatCount(d.emails)}</td>
              <td className="text-right text-muted-foreground">{formatMicroUSD(d.cost_micro_usd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Its label would touch the one that says Today. */
function nearToday(day: string, today: string, room: number): boolean {
  return Math.abs(daysBetween(day, today)) <= room;
}
