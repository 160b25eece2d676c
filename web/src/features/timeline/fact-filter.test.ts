import { expect, it } from "vitest";
import { fact } from "../../test/app";
import { deciderOf, decidersOf, narrowFacts, newestFirst, sinceDays } from "./fact-filter";

const facts = [
  fact("a", {
    made_by: "Lena Farrow with Marcus Teel",
    at: "2026-11-19T14:42:00Z",
    quote: "we are shifting the curb",
  }),
  fact("b", { made_by: "Lena Farrow", at: "2026-11-12T14:42:00Z", quote: "Hold the curb on C" }),
  fact("c", { made_by: "Opal Reyes for the owner", at: "2026-11-09T14:42:00Z" }),
  fact("d", { at: "2026-10-30T14:42:00Z" }),
];
const ids = (list: { id: string }[]) => list.map((f) => f.id).join("");

it("tells who decided from with or for whom", () => {
  expect(deciderOf({ made_by: "Lena Farrow with Marcus Teel" })).toEqual({
    name: "Lena Farrow",
    more: "with Marcus Teel",
  });
  expect(deciderOf({ made_by: "Opal Reyes for the owner" }).more).toBe("for the owner");
  expect(deciderOf({ made_by: "Forwood Builders" })).toEqual({ name: "Forwood Builders", more: "" });
  expect(deciderOf({ made_by: null })).toEqual({ name: "", more: "" });
  expect(decidersOf(facts)).toEqual([
    { name: "Lena Farrow", count: 2 },
    { name: "Opal Reyes", count: 1 },
  ]);
});

it("narrows by words, person and day", () => {
  expect(ids(narrowFacts(facts, { q: "CURB lena" }))).toBe("ab");
  expect(ids(narrowFacts(facts, { by: "lena farrow" }))).toBe("ab");
  expect(ids(narrowFacts(facts, { since: "2026-11-12" }))).toBe("ab");
  expect(ids(narrowFacts(facts, {}))).toBe("abcd");
});

it("offers the week and the months before, each day once", () => {
  expect(sinceDays("2026-11-19")).toEqual([
    "2026-11-12",
    "2026-11-01",
    "2026-10-01",
    "2026-09-01",
    "2026-06-01",
    "2026-01-01",
  ]);
  expect(sinceDays("2026-01-08")).toEqual(["2026-01-01", "2025-12-01", "2025-11-01", "2025-08-01"]);
});

it("puts the newest first and keeps the order of a mail", () => {
  const at = "2026-11-20T08:00:00Z";
  const two = [fact("y", { at, start: 40 }), fact("x", { at, start: 7 })];
  expect(ids(newestFirst([...facts.toReversed(), ...two]))).toBe("xyabcd");
});
