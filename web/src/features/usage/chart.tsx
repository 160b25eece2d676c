import { Download } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { cn } from "../../lib/cn";
import { csv, download } from "../../lib/csv";
import { daysBetween, formatDate, formatWeekdayDate } from "../../lib/dates";
import { usePhone } from "../../lib/hooks";
import { formatCount, formatMicroUSD, plural } from "../../lib/money";
import { nameOfMonth } from "../../lib/months";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { segmentClasses, segmentedClasses } from "../../ui/segmented";
import { axis } from "./axis";
import { type Column, heightOf, type Layer, type Measure, stepTo } from "./stacks";
import { priceless } from "./sums";

interface ChartProps {
  columns: Column[];
  layers: Layer[];
  measure: Measure;
  today: string;
  /** The costs are what a plan charges. */
  charged: boolean;
}

/** What came or what it cost, day by day, as bars or as a table. */
export function Chart(props: ChartProps) {
  const { columns, layers, measure } = props;
  const [table, setTable] = useState(false);
  const per = columns.every((c) => c.day === c.last) ? "day" : "month";
  return (
    <Card className="min-w-0 flex-1 px-4 pt-2 pb-3">
      <div className="mb-2 flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
        <h2 className="font-semibold text-base tracking-[-0.012em]">
          {measure === "cost" ? "Cost" : "Mails"} per {per}
        </h2>
        {table ? (
          <Button size="small" className="ml-auto max-md:h-11" onClick={() => save(columns)}>
            <Download aria-hidden />
            <span>
              Save<span className="max-md:sr-only"> table</span>
            </span>
          </Button>
        ) : (
          <Legend layers={measure === "cost" ? layers : []} ahead={columns.some((c) => c.ahead > 0)} />
        )}
        <div className={cn(segmentedClasses, "max-md:ml-auto")}>
          {[false, true].map((on) => (
            <button
              key={String(on)}
              type="button"
              aria-pressed={table === on}
              onClick={() => setTable(on)}
              className={segmentClasses}
            >
              {on ? "Table" : "Chart"}
            </button>
          ))}
        </div>
      </div>
      {table ? <Table {...props} /> : <Bars key={`${columns[0]?.day} ${columns.at(-1)?.last}`} {...props} />}
    </Card>
  );
}

function save(columns: Column[]) {
  download(
    `usage-${columns[0]?.day}-${columns.at(-1)?.last}.csv`,
    csv([
      ["From", "To", "Mails", "Calls", "Calls of unknown cost", "Cost in USD"],
      ...columns.map((c) => [c.day, c.last, c.emails, c.calls, c.unpriced, (c.micro / 1_000_000).toFixed(6)]),
    ]),
  );
}

const swatch = "size-2.5 shrink-0 rounded-[3px]";

function Legend({ layers, ahead }: { layers: Layer[]; ahead: boolean }) {
  return (
    <ul className="ml-auto flex min-w-0 flex-wrap justify-end gap-x-4 gap-y-1 text-muted-foreground text-xs max-md:order-last max-md:ml-0 max-md:w-full max-md:justify-start">
      {layers.map((l) => (
        <li key={l.id} className="flex min-w-0 items-center gap-1.5">
          <span aria-hidden className={cn(swatch, l.fill)} />
          <span className="truncate">{l.name}</span>
        </li>
      ))}
      {ahead ? (
        <li className="flex items-center gap-1.5">
          <span aria-hidden className={cn(swatch, "border border-input border-dashed")} />
          Projected
        </li>
      ) : null}
    </ul>
  );
}

function Bars({ columns, layers, measure, today }: ChartProps) {
  // Thirty bars are too narrow for a thumb; there the table says the numbers.
  const thumb = usePhone();
  const [hovered, setHovered] = useState<number>();
  const [focused, setFocused] = useState<number>();
  // One bar is reached by Tab, the others from it by the arrows.
  const [entry, setEntry] = useState(() =>
    Math.max(
      0,
      columns.findLastIndex((c) => c.day <= today && heightOf(c) > c.ahead),
    ),
  );
  const list = useRef<HTMLUListElement>(null);
  const { top, ticks } = axis(Math.max(...columns.map(heightOf)));
  const shown = hovered ?? focused;
  const shownColumn = shown === undefined ? undefined : columns[shown];
  const months = columns.some((c) => c.day !== c.last);

  function onKeyDown(event: KeyboardEvent, at: number) {
    if (event.key === "Escape" && shown !== undefined) {
      event.stopPropagation();
      setHovered(undefined);
      setFocused(undefined);
      return;
    }
    const to = stepTo(event.key, at, columns.length);
    if (to === undefined) return;
    event.preventDefault();
    setEntry(to);
    setFocused(to);
    list.current?.querySelectorAll("button")[to]?.focus();
  }

  return (
    <figure>
      <figcaption className="sr-only">
        {measure === "cost"
          ? `${formatMicroUSD(columns.reduce((n, c) => n + c.micro, 0))} in all`
          : `${plural(
              columns.reduce((n, c) => n + c.emails, 0),
              "mail",
            )} in all`}
        , {plural(columns.length, "bar")}; arrow keys lead along them, and the numbers stand in the table.
      </figcaption>
      <div className="relative mt-3 h-[180px]">
        {ticks.map((n) => (
          <div
            key={n}
            aria-hidden
            className="absolute inset-x-0 flex items-center gap-2 text-subtle-foreground text-xs tabular-nums"
            style={{ bottom: `${(n / top) * 100}%`, transform: "translateY(50%)" }}
          >
            <span className="min-w-6 text-right" style={{ width: `${gutter(ticks, measure) - 8}px` }}>
              {tickText(n, ticks, measure)}
            </span>
            <span className="h-px flex-1 bg-border" />
          </div>
        ))}
        <ul
          ref={list}
          className="absolute inset-y-0 right-0 flex items-end"
          style={{ left: `${gutter(ticks, measure)}px` }}
          onMouseLeave={() => setHovered(undefined)}
        >
          {columns.map((c, i) => (
            <li key={c.day} className="flex h-full min-w-0 flex-1 items-end">
              {thumb ? (
                <Bar column={c} layers={layers} top={top} measure={measure} />
              ) : (
                <button
                  type="button"
                  tabIndex={i === entry ? 0 : -1}
                  aria-label={sentenceOf(c, layers, measure, today)}
                  onMouseEnter={() => setHovered(i)}
                  onFocus={() => {
                    setFocused(i);
                    setEntry(i);
                  }}
                  onBlur={() => setFocused(undefined)}
                  onKeyDown={(e) => onKeyDown(e, i)}
                  className={cn(
                    "-mt-6 flex h-[calc(100%+0.75rem)] w-full cursor-default items-end rounded-[3px]",
                    i === shown && "bg-secondary",
                  )}
                >
                  <Bar column={c} layers={layers} top={top} measure={measure} />
                </button>
              )}
            </li>
          ))}
        </ul>
        {shownColumn && shown !== undefined ? (
          <Tip
            column={shownColumn}
            layers={layers}
            measure={measure}
            today={today}
            place={(shown + 0.5) / columns.length}
            left={gutter(ticks, measure)}
          />
        ) : null}
      </div>
      <div
        aria-hidden
        className="mt-1.5 flex text-subtle-foreground text-xs"
        style={{ marginLeft: `${gutter(ticks, measure)}px` }}
      >
        {columns.map((c, i) => (
          <span
            key={c.day}
            className={cn(
              "flex min-w-0 flex-1 justify-center whitespace-nowrap",
              c.day === today && "font-semibold text-foreground",
            )}
          >
            {months ? nameOfMonth(c.day.slice(0, 7), today).slice(0, 3) : dayLabel(columns, i, today, thumb)}
          </span>
        ))}
      </div>
    </figure>
  );
}

/** Room beside the bars for the numbers of the lines. */
function gutter(ticks: number[], measure: Measure): number {
  const longest = Math.max(...ticks.map((n) => tickText(n, ticks, measure).length));
  return Math.max(32, longest * 7 + 14);
}

function tickText(n: number, ticks: number[], measure: Measure): string {
  if (measure === "mails") return formatCount(n);
  const whole = (ticks[1] ?? 0) % 1_000_000 === 0;
  return whole ? `$${formatCount(n / 1_000_000)}` : formatMicroUSD(n);
}

function dayLabel(columns: Column[], i: number, today: string, thumb: boolean): string {
  const day = columns[i]?.day ?? "";
  if (day === today) return "Today";
  // It would touch the one that says Today.
  if (Math.abs(daysBetween(day, today)) <= (thumb ? 3 : 1)) return "";
  const n = Number(day.slice(8));
  if (columns.length > 31) return n === 1 || n === 15 ? formatDate(day, today) : "";
  return i === 0 || n % 5 === 0 ? String(n) : "";
}

function nameOf(c: Column, today: string): string {
  if (c.day === c.last) return formatWeekdayDate(c.day, today);
  return `${formatDate(c.day, today)} to ${formatDate(c.last, today)}`;
}

const amount = (n: number, measure: Measure) => (measure === "cost" ? formatMicroUSD(n) : plural(n, "mail"));

/** The lines of a column's tooltip: what it is made of, and what is expected. */
function partsOf(c: Column, layers: Layer[], measure: Measure): { name: string; fill: string; n: number }[] {
  if (measure === "mails") return [];
  return layers
    .map((l, i) => ({ name: l.name, fill: l.fill, n: c.parts[i] ?? 0 }))
    .filter((part) => part.n > 0);
}

function sentenceOf(c: Column, layers: Layer[], measure: Measure, today: string): string {
  const whole = c.parts.reduce((n, part) => n + part, 0);
  const words = [`${nameOf(c, today)}: ${amount(whole, measure)}`];
  for (const part of partsOf(c, layers, measure)) words.push(`${part.name} ${formatMicroUSD(part.n)}`);
  if (measure === "cost" && c.emails > 0) words.push(plural(c.emails, "mail"));
  if (c.unpriced > 0) words.push(`${plural(c.unpriced, "call")} of unknown cost`);
  if (c.ahead > 0) words.push(`${amount(c.ahead, measure)} projected`);
  return words.join(", ");
}

function Tip({
  column,
  layers,
  measure,
  today,
  place,
  left,
}: {
  column: Column;
  layers: Layer[];
  measure: Measure;
  today: string;
  /** How far along the bars, from 0 to 1. */
  place: number;
  left: number;
}) {
  const whole = column.parts.reduce((n, part) => n + part, 0);
  const after = place < 0.6;
  const at = `calc(${left}px + (100% - ${left}px) * ${place})`;
  return (
    // The bar's own name says the same to those who hear it.
    <div
      aria-hidden
      className="pointer-events-none absolute -top-3 z-10 w-[200px] rounded-control border bg-popover px-3 py-2 text-muted-foreground text-xs shadow-pop"
      style={after ? { left: `calc(${at} + 20px)` } : { right: `calc(100% - ${at} + 20px)` }}
    >
      <p className="flex justify-between gap-3 font-semibold text-foreground">
        {nameOf(column, today)}
        <span className="tabular-nums">{amount(whole, measure)}</span>
      </p>
      {partsOf(column, layers, measure).map((part) => (
        <p key={part.name} className="mt-0.5 flex items-center gap-1.5">
          <span className={cn(swatch, part.fill)} />
          <span className="min-w-0 flex-1 truncate">{part.name}</span>
          <span className="text-foreground tabular-nums">{formatMicroUSD(part.n)}</span>
        </p>
      ))}
      {measure === "cost" && column.emails > 0 ? (
        <p className="mt-0.5">{plural(column.emails, "mail")}</p>
      ) : null}
      {column.unpriced > 0 ? (
        <p className="mt-0.5">{plural(column.unpriced, "call")} of unknown cost</p>
      ) : null}
      {column.ahead > 0 ? (
        <p className="mt-0.5 flex justify-between gap-3">
          Projected <span className="tabular-nums">{amount(column.ahead, measure)}</span>
        </p>
      ) : null}
    </div>
  );
}

function Bar({
  column,
  layers,
  top,
  measure,
}: {
  column: Column;
  layers: Layer[];
  top: number;
  measure: Measure;
}) {
  const of = (n: number) => ({ height: `${(n / top) * 180}px` });
  return (
    <span className="flex w-full flex-col px-[10%]">
      {column.ahead > 0 ? (
        <span className="hatched block rounded-[2px] border border-border-strong" style={of(column.ahead)} />
      ) : null}
      {column.parts
        .map((n, i) => ({ n, fill: measure === "mails" ? "bg-chart-1" : (layers[i]?.fill ?? "") }))
        .reverse()
        .map((part) =>
          part.n > 0 ? (
            <span
              key={part.fill}
              className={cn("block min-h-px rounded-[2px] border-card border-b", part.fill)}
              style={of(part.n)}
            />
          ) : null,
        )}
    </span>
  );
}

function Table({ columns, measure, today, charged }: ChartProps) {
  const past = columns.filter((c) => c.day <= today || c.ahead > 0);
  const ahead = columns.some((c) => c.ahead > 0);
  const all = (of: (c: Column) => number) => past.reduce((sum, c) => sum + of(c), 0);
  const costText = (c: Pick<Column, "calls" | "unpriced" | "micro">) =>
    priceless({ ...c, cost_micro_usd: c.micro }, charged) ? "Not known" : formatMicroUSD(c.micro);
  const aheadText = (n: number) => (n > 0 ? (measure === "cost" ? formatMicroUSD(n) : formatCount(n)) : "");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys.
    <section className="max-h-[214px] overflow-y-auto" tabIndex={0} aria-label="Numbers of the chart">
      <table className="w-full text-sm">
        <caption className="sr-only">Mails, calls of models and their cost</caption>
        <thead className="sticky top-0 bg-card text-muted-foreground text-xs">
          <tr className="border-b">
            {[
              past.some((c) => c.day !== c.last) ? "Days" : "Day",
              "Mails",
              "Calls",
              "Cost",
              ...(ahead ? ["Projected"] : []),
            ].map((head, i) => (
              <th
                key={head}
                scope="col"
                className={cn("py-1.5 font-medium", i === 0 ? "text-left" : "pl-3 text-right")}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {past.map((c) => (
            <tr key={c.day} className="h-[30px] border-b last:border-0">
              <td>{nameOf(c, today)}</td>
              <td className="pl-3 text-right">{formatCount(c.emails)}</td>
              <td className="pl-3 text-right text-muted-foreground">{formatCount(c.calls)}</td>
              <td className="pl-3 text-right">{costText(c)}</td>
              {ahead ? <td className="pl-3 text-right text-muted-foreground">{aheadText(c.ahead)}</td> : null}
            </tr>
          ))}
        </tbody>
        <tfoot className="sticky bottom-0 bg-card font-medium tabular-nums">
          <tr className="h-[30px] border-t">
            <th scope="row" className="text-left font-medium">
              All
            </th>
            <td className="pl-3 text-right">{formatCount(all((c) => c.emails))}</td>
            <td className="pl-3 text-right">{formatCount(all((c) => c.calls))}</td>
            <td className="pl-3 text-right">
              {costText({
                calls: all((c) => c.calls),
                unpriced: all((c) => c.unpriced),
                micro: all((c) => c.micro),
              })}
            </td>
            {ahead ? <td className="pl-3 text-right">{aheadText(all((c) => c.ahead))}</td> : null}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
