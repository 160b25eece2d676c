import { expect, it } from "vitest";
import type { Member, MemberInvitation } from "../../api/types";
import { found, lapsed, lastSeen, lastUsed, nameOf, seats } from "./people";

const member = (name: string, email: string): Member => ({
  user: { id: email, name, email, disabled: false, created_at: "2026-01-01T00:00:00Z" },
  role: "viewer",
  last_seen_at: null,
  second_factor: null,
});

it("counts seats with those who are invited", () => {
  expect(seats(13, 1, 15)).toBe("14 of 15 seats");
  expect(seats(1, 0, 1)).toBe("1 of 1 seat");
  expect(seats(1, 0, 0)).toBe("1 person");
  expect(seats(4, 2, 0)).toBe("4 people, 2 invited");
});

it("finds people by words of their name and address, in any order", () => {
  const all = [member("Dana Orlik", "dana@brennock.example"), member("Tao Brandt", "tao@brennock.example")];
  expect(found(all, "")).toEqual(all);
  expect(found(all, "ORLIK dana").map((m) => m.user.name)).toEqual(["Dana Orlik"]);
  expect(found(all, "brennock")).toHaveLength(2);
  expect(found(all, "orlik tao")).toEqual([]);
  const invited = [{ email: "site.office@brennock.example" } as MemberInvitation];
  expect(found(invited, "office")).toEqual(invited);
  expect(found(invited, "dana")).toEqual([]);
});

it("says when somebody was last here", () => {
  const now = new Date("2026-11-19T15:00:00Z");
  expect(lastSeen("2026-11-19T14:56:00Z", now)).toBe("Now");
  expect(lastSeen("2026-11-01T14:56:00Z", now)).toBe("Nov 1");
  expect(lastSeen(undefined, now)).toBe("Never");
  expect(lastSeen(null, now)).toBe("Never");
});

it("says when something was last used, and leaves the clock its capitals", () => {
  const now = new Date(2026, 10, 19, 15, 0);
  expect(lastUsed(new Date(2026, 10, 19, 14, 58).toISOString(), now)).toBe("Used now");
  expect(lastUsed(new Date(2026, 10, 19, 9, 42).toISOString(), now)).toBe("Used 9:42 AM");
  expect(lastUsed(new Date(2026, 10, 18, 9, 42).toISOString(), now)).toBe("Used yesterday");
  expect(lastUsed(undefined, now)).toBe("Never used");
});

it("knows an invitation that no longer opens, and people without a name", () => {
  const now = new Date("2026-11-19T15:00:00Z");
  expect(lapsed({ expires_at: "2026-11-19T15:00:00Z" }, now)).toBe(true);
  expect(lapsed({ expires_at: "2026-11-19T15:00:01Z" }, now)).toBe(false);
  expect(nameOf({ name: "", email: "jo@x.example" })).toBe("jo@x.example");
});
