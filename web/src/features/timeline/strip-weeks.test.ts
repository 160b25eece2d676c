import { describe, expect, it } from "vitest";
import type { Week } from "../../api/types";
import { fillWeeks, mailsIn, mondayOf, monthLabels, moved, shapesOf, stretchOf } from "./strip-weeks";

const week = (start: string, mails = 1, facts: Week["facts"] = {}): Week => ({ start, mails, facts });
const today = "2026-11-19"; // a Thursday

describe("weeks of the strip", () => {
  it.each([
    ["2026-11-16", "2026-11-16"],
    ["2026-11-19", "2026-11-16"],
    ["2026-11-22", "2026-11-16"],
    ["2027-01-01", "2026-12-28"],
  ])("%s is in the week of %s", (day, monday) => expect(mondayOf(day)).toBe(monday));

  it("have no gaps, reach to the present and fill the strip", () => {
    const weeks = fillWeeks([week("2026-10-19", 4), week("2026-11-02", 2)], today, 8);
    expect(weeks.map((w) => `${w.start} ${w.mails}`)).toEqual([
      "2026-09-28 0",
      "2026-10-05 0",
      "2026-10-12 0",
      "2026-10-19 4",
      "2026-10-26 0",
      "2026-11-02 2",
      "2026-11-09 0",
      "2026-11-16 0",
    ]);
  });

  it("keep every week with mail, also one after today, and stand without any", () => {
    expect(fillWeeks([week("2026-01-05"), week("2026-11-23")], today, 4)).toHaveLength(47);
    expect(fillWeeks([], today, 3).map((w) => w.start)).toEqual(["2026-11-02", "2026-11-09", "2026-11-16"]);
  });

  it("cross a clock change and a year", () => {
    const weeks = fillWeeks([week("2025-12-22")], "2026-04-02", 1);
    expect(weeks).toHaveLength(15);
    expect(weeks.every((w) => mondayOf(w.start) === w.start)).toBe(true);
  });
});

describe("the window", () => {
  const weeks = fillWeeks([week("2026-09-07", 3), week("2026-11-09", 40), week("2026-11-16", 9)], today, 1);

  it("holds the weeks of the days on screen", () => {
    const stretch = stretchOf(weeks, "2026-11-09", "2026-11-19");
    expect(stretch).toEqual({ first: 9, last: 10 });
    expect(mailsIn(weeks, stretch)).toBe(49);
    expect(stretchOf(weeks, "2020-01-01", "2030-01-01")).toEqual({ first: 0, last: 10 });
    expect(stretchOf([], today, today)).toEqual({ first: 0, last: 0 });
  });

  it("moves by weeks and stops at the ends", () => {
    expect(moved({ first: 4, last: 6 }, -1, 11)).toEqual({ first: 3, last: 5 });
    expect(moved({ first: 1, last: 3 }, -9, 11)).toEqual({ first: 0, last: 2 });
    expect(moved({ first: 8, last: 9 }, 9, 11)).toEqual({ first: 9, last: 10 });
  });
});

describe("labels and shapes", () => {
  it("name each month at the first week that is mostly in it", () => {
    const weeks = fillWeeks([week("2026-08-24")], today, 1);
    expect(monthLabels(weeks).map((l) => `${l.text} ${weeks[l.at]?.start}`)).toEqual([
      "Sep 2026-08-31",
      "Oct 2026-09-28",
      "Nov 2026-11-02",
    ]);
  });

  it("show what fits, in the order of the kinds asked for", () => {
    const w = week("2026-11-16", 9, { decision: 2, risk: 1, action_item: 4, scope_change: 0 });
    expect(shapesOf(w, ["decision", "risk", "scope_change"], 3)).toEqual(["decision", "risk"]);
    expect(shapesOf(w, ["decision", "risk"], 1)).toEqual(["decision"]);
    expect(shapesOf(w, ["action_item"], 0)).toEqual(["action_item"]);
    expect(shapesOf(week("2026-11-09"), ["decision"], 3)).toEqual([]);
  });
});
