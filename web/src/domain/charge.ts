import type { Charge } from "../api/types";
import { formatAmount, plural } from "../lib/money";

/** What a subscription takes, which may be another price than its plan has now: "$49 a month", "€390 every 2 years, less a discount". */
export function chargeText(charge: Charge): string {
  const often = charge.count === 1 ? `a ${charge.every}` : `every ${plural(charge.count, charge.every)}`;
  return `${formatAmount(charge)} ${often}${discount(charge)}`;
}

/** What it takes once: "$49". */
export function onceText(charge: Charge): string {
  return `${formatAmount(charge)}${discount(charge)}`;
}

/** "by the month", "every 3 months" */
export function howOften({ every, count }: Charge): string {
  return count === 1 ? `by the ${every}` : `every ${plural(count, every)}`;
}

function discount({ discounted }: Charge): string {
  return discounted ? ", less a discount" : "";
}
