import { expect, it } from "vitest";
import { parsePlace } from "./tabs";

const none = { tab: undefined, person: undefined, action: undefined, from: undefined, to: undefined };

it("reads the tab of a URL, and takes the first for what it does not know", () => {
  expect(parsePlace({ tab: "senders" })).toStrictEqual({ ...none, tab: "senders" });
  for (const search of [{}, { tab: "members" }, { tab: "nothing" }, { tab: 7 }]) {
    expect(parsePlace(search)).toStrictEqual(none);
  }
});

it("keeps the filters of the audit log, and only there", () => {
  const filters = { person: "us_1", action: "member.save", from: "2026-11-01", to: "2026-11-19" };
  expect(parsePlace({ tab: "audit", ...filters })).toStrictEqual({ tab: "audit", ...filters });
  expect(parsePlace({ tab: "senders", ...filters })).toStrictEqual({ ...none, tab: "senders" });
});

it("drops days that are in no calendar", () => {
  for (const from of ["2026-02-30", "yesterday", "2026-13-01", "", 20261101]) {
    expect(parsePlace({ tab: "audit", from })).toStrictEqual({ ...none, tab: "audit" });
  }
});
