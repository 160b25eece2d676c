import { expect, it } from "vitest";
import { parsePlace, wrongDays } from "./place";

it.each([
  [
    { month: "2026-10", model: "gpt-5-mini" },
    { month: "2026-10", model: "gpt-5-mini" },
  ],
  [
    { from: "2026-10-05", to: "2026-11-05", by: "step" },
    { from: "2026-10-05", to: "2026-11-05", by: "step" },
  ],
  [{ from: "2026-11-05", to: "2026-10-05" }, {}],
  [{ from: "2026-02-30", to: "2026-03-01" }, {}],
  [{ from: "0002-11-05", to: "2026-11-05" }, {}],
  [{ from: "2026-11-05" }, {}],
  [{ by: "project", project: "p1" }, { project: "p1" }],
  [
    { step: "reread", person: "us_1", outcome: "timeout", email: "em_1" },
    { step: "reread", person: "us_1", outcome: "timeout", email: "em_1" },
  ],
  [{ step: "dance", person: "", outcome: "lucky", email: 3 }, {}],
  [{ by: "colour", project: 7, model: "" }, {}],
])("reads %j as %j", (search, place) => {
  expect(parsePlace(search)).toEqual(place);
});

it.each([
  ["2024-08-27", "2026-11-05", undefined],
  ["2024-08-26", "2026-11-05", "Choose at most 800 days."],
  ["2026-11-06", "2026-11-05", "The last day comes before the first."],
  ["", "2026-11-05", "Choose a first and a last day."],
])("says of %s to %s %s", (from, to, wrong) => {
  expect(wrongDays(from, to)).toBe(wrong);
});
