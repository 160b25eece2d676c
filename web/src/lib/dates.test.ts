import { describe, expect, it } from "vitest";
import {
  addDays,
  dayOf,
  daysBetween,
  formatDay,
  formatDue,
  formatLong,
  formatSince,
  formatStamp,
  formatTime,
  formatWeekdayDate,
  formatWhen,
  startOfYesterday,
} from "./dates";

// The tests run in America/New_York (vite.config.ts). Thursday, 19 November 2026.
const now = new Date("2026-11-19T15:00:00Z");
const today = "2026-11-19";

describe("instants", () => {
  it.each([
    ["2026-11-19T14:42:00Z", "9:42 AM", "Today", "9:42 AM"],
    ["2026-11-18T22:06:00Z", "5:06 PM", "Yesterday", "Yesterday"],
    ["2026-11-17T19:20:00Z", "2:20 PM", "Tue", "Tue"],
    ["2026-11-13T20:37:00Z", "3:37 PM", "Fri", "Fri"],
    ["2026-11-12T20:37:00Z", "3:37 PM", "Nov 12", "Nov 12"],
    ["2025-11-13T20:37:00Z", "3:37 PM", "Nov 13, 2025", "Nov 13, 2025"],
    ["2026-11-21T20:37:00Z", "3:37 PM", "Nov 21", "Nov 21"],
  ])("%s is %s, %s, in a column %s", (at, time, day, when) => {
    expect(formatTime(at)).toBe(time);
    expect(formatDay(at, now)).toBe(day);
    expect(formatWhen(at, now)).toBe(when);
  });

  it("takes the viewer's day, not the day in Greenwich", () => {
    expect(dayOf("2026-11-19T03:30:00Z")).toBe("2026-11-18");
    expect(dayOf("2026-11-19T03:30:00Z", "Europe/Berlin")).toBe("2026-11-19");
  });

  it("spells out longer forms", () => {
    expect(formatStamp("2026-11-19T14:42:00Z", now)).toBe("Nov 19, 9:42 AM");
    expect(formatLong("2026-11-19T14:42:00Z", now)).toBe("Thu, Nov 19, 9:42 AM");
    expect(formatSince("2026-11-18T21:30:00Z", now)).toBe("yesterday, 4:30 PM");
    expect(formatSince("2026-11-16T21:30:00Z", now)).toBe("Mon, 4:30 PM");
  });

  it("begins yesterday at midnight, also when a clock change lies between", () => {
    expect(startOfYesterday(now).toISOString()).toBe("2026-11-18T05:00:00.000Z");
    expect(startOfYesterday(new Date("2026-11-02T15:00:00Z")).toISOString()).toBe("2026-11-01T04:00:00.000Z");
  });
});

describe("deadlines", () => {
  it.each([
    ["2026-11-17", "2 d late", true],
    ["2026-10-01", "Oct 1", true],
    ["2026-11-19", "Today", false],
    ["2026-11-20", "Tomorrow", false],
    ["2026-11-24", "Tue 24", false],
    ["2026-11-26", "Nov 26", false],
    ["2027-01-04", "Jan 4, 2027", false],
  ])("%s reads %s", (deadline, text, late) => {
    expect(formatDue(deadline, today)).toMatchObject({ text, late });
  });

  it("names the weekday and the day", () => {
    expect(formatWeekdayDate("2026-11-24", today)).toBe("Tue Nov 24");
    expect(formatWeekdayDate("2027-01-04", today)).toBe("Mon Jan 4, 2027");
  });

  it("counts days across months and clock changes", () => {
    expect(daysBetween("2026-10-31", "2026-11-02")).toBe(2);
    expect(daysBetween("2026-03-01", "2026-02-28")).toBe(-1);
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  });
});
