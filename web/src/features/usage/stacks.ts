import type { Usage } from "../../api/types";
import { addDays } from "../../lib/dates";
import { addMonths, daysOf, monthOf } from "../../lib/months";

type Day = Usage["days"][number];
type Share = Usage["models"][number];

/** What a column measures. */
export type Measure = "cost" | "mails";

/** One part of every column, with its name and its fill. */
export interface Layer {
  id: string;
  name: string;
  fill: string;
}

/** A bar of a chart: one day, or one month where there are too many days. */
export interface Column {
  /** Its first day, YYYY-MM-DD. */
  day: string;
  /** Its last day. */
  last: string;
  /** In the order of the layers, in micro-USD or mails. */
  parts: number[];
  /** What is expected yet. */
  ahead: number;
  emails: number;
  micro: number;
  calls: number;
  unpriced: number;
}

/** Days that still stand side by side as bars. */
const MOST_DAYS = 62;

const fills = ["bg-chart-1", "bg-chart-2", "bg-chart-3", "bg-chart-4"];

/** The last layer where there are more models than fills. */
const OTHERS = "";

/** The models as layers, the dearest first. More than four have the last fill together. */
export function layersOf(models: Share[]): Layer[] {
  const own = models.length > fills.length ? fills.length - 1 : models.length;
  const layers = models.slice(0, own).map((m, i) => ({ id: m.id, name: m.id, fill: fills[i] ?? "" }));
  if (own < models.length) {
    layers.push({ id: OTHERS, name: `${models.length - own} others`, fill: fills[own] ?? "" });
  }
  return layers;
}

/** The fill of a model among layers. */
export function fillOf(layers: Layer[], model: string): string {
  return (layers.find((l) => l.id === model) ?? layers.find((l) => l.id === OTHERS))?.fill ?? "bg-chart-4";
}

/** Every bar from one day to another, with what is expected on those to come. */
export function columnsOf(
  usage: Pick<Usage, "days" | "ahead">,
  from: string,
  to: string,
  layers: Layer[],
  measure: Measure,
): Column[] {
  const columns = spans(from, to).map(
    ([day, last]): Column => ({
      day,
      last,
      parts: measure === "mails" ? [0] : layers.map(() => 0),
      ahead: 0,
      emails: 0,
      micro: 0,
      calls: 0,
      unpriced: 0,
    }),
  );
  const columnOf = (day: Day) => columns.find((c) => c.day <= day.day && day.day <= c.last);
  for (const day of usage.days) {
    const column = columnOf(day);
    if (!column) continue;
    column.emails += day.emails;
    column.micro += day.cost_micro_usd;
    column.calls += day.calls;
    column.unpriced += day.unpriced;
    if (measure === "mails") {
      column.parts[0] = column.emails;
      continue;
    }
    for (const share of day.models) {
      let i = layers.findIndex((l) => l.id === share.id);
      if (i < 0) i = layers.findIndex((l) => l.id === OTHERS);
      if (i >= 0) column.parts[i] = (column.parts[i] ?? 0) + share.cost_micro_usd;
    }
  }
  for (const day of usage.ahead) {
    const column = columnOf(day);
    if (column) column.ahead += measure === "mails" ? day.emails : day.cost_micro_usd;
  }
  return columns;
}

function spans(from: string, to: string): [day: string, last: string][] {
  const days: [string, string][] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push([day, day]);
  if (days.length <= MOST_DAYS) return days;
  const months: [string, string][] = [];
  for (let month = monthOf(from); month <= monthOf(to); month = addMonths(month, 1)) {
    const whole = daysOf(month);
    months.push([whole.from < from ? from : whole.from, whole.to > to ? to : whole.to]);
  }
  return months;
}

/** How high a column is, with what is expected. */
export function heightOf(column: Column): number {
  return column.parts.reduce((sum, n) => sum + n, column.ahead);
}

/** The bar that an arrow key leads to from another; undefined: the key leads nowhere. */
export function stepTo(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return Math.min(at + 1, count - 1);
    case "ArrowLeft":
      return Math.max(at - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
