import { expect, it } from "vitest";
import { invitationTime } from "./invitation";

const zone = "America/New_York";
const at = (start: string | undefined, end: string | undefined, more: object = {}) =>
  invitationTime({ start, end, all_day: false, ...more }, zone);

it("says a time in the organisation's zone", () => {
  expect(at("2026-12-03T14:00:00Z", "2026-12-03T15:30:00Z")).toBe("Thu, Dec 3, 2026, 9:00 AM to 10:30 AM");
  expect(at("2026-12-03T15:00:00+01:00", undefined)).toBe("Thu, Dec 3, 2026, 9:00 AM");
  expect(at("2026-12-04T03:00:00Z", "2026-12-04T06:00:00Z")).toBe(
    "Thu, Dec 3, 2026, 10:00 PM to Fri, Dec 4, 2026, 1:00 AM",
  );
});

it("keeps whole days on their days in every zone", () => {
  expect(at("2026-12-03T00:00:00Z", "2026-12-04T00:00:00Z", { all_day: true })).toBe(
    "Thu, Dec 3, 2026, all day",
  );
  expect(at("2026-12-03T00:00:00Z", "2026-12-06T00:00:00Z", { all_day: true })).toBe(
    "Thu, Dec 3, 2026 to Sat, Dec 5, 2026, all day",
  );
  expect(at("2026-12-03T00:00:00Z", undefined, { all_day: true })).toBe("Thu, Dec 3, 2026, all day");
});

it("says that a time without a zone is somebody's local time", () => {
  expect(at("2026-12-03T09:00:00Z", "2026-12-03T10:00:00Z", { floating: true })).toBe(
    "Thu, Dec 3, 2026, 9:00 AM to 10:00 AM, the writer's local time",
  );
});

it("says nothing where no time is given", () => expect(at(undefined, undefined)).toBe(""));
