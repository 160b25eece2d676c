import { expect, it } from "vitest";
import { parsePlace } from "./place";

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
