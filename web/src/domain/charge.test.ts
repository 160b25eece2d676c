import { expect, it } from "vitest";
import type { Charge } from "../api/types";
import { chargeText, howOften, onceText } from "./charge";

const month: Charge = { minor: 149_00, currency: "USD", every: "month", count: 1 };

it.each<[Charge, string]>([
  [month, "$149 a month | $149 | by the month"],
  [{ ...month, count: 3 }, "$149 every 3 months | $149 | every 3 months"],
  [
    { ...month, minor: 390_00, currency: "EUR", every: "year", discounted: true },
    "€390 a year, less a discount | €390, less a discount | by the year",
  ],
])("says what is taken", (charge, want) => {
  expect([chargeText(charge), onceText(charge), howOften(charge)].join(" | ")).toBe(want);
});
