import { expect, it } from "vitest";
import { addMonths, daysOf, nameOfMonth, parseMonth } from "./months";

it("walks over the turn of the year", () => {
  expect(addMonths("2026-01", -1)).toBe("2025-12");
  expect(addMonths("2026-12", 1)).toBe("2027-01");
});

it("knows the last day, in a leap year too", () => {
  expect(daysOf("2026-11")).toEqual({ from: "2026-11-01", to: "2026-11-30" });
  expect(daysOf("2028-02")).toEqual({ from: "2028-02-01", to: "2028-02-29" });
});

it("names the year only when it is not this one", () => {
  expect(nameOfMonth("2026-11", "2026-11-19")).toBe("November");
  expect(nameOfMonth("2025-11", "2026-11-19")).toBe("November 2025");
});

it.each(["2026-13", "26-1", 3, undefined])("drops %j from a URL", (month) => {
  expect(parseMonth({ month })).toEqual({});
});
