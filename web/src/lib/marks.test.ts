import { expect, it } from "vitest";
import { lead, mark, pieces } from "./marks";

it("takes a snippet apart at the server's marks", () => {
  expect(pieces("the \u0002curb\u0003 and the \u0002beam\u0003")).toEqual([
    { text: "the ", match: false },
    { text: "curb", match: true },
    { text: " and the ", match: false },
    { text: "beam", match: true },
  ]);
});

it.each([
  ["", []],
  ["plain", [{ text: "plain", match: false }]],
  ["\u0002open", [{ text: "open", match: true }]],
])("survives %j", (snippet, want) => {
  expect(pieces(snippet)).toEqual(want);
});

it("marks words at their beginning only, whatever their case", () => {
  expect(mark("Recurb the Curb (curbs)", ["curb"])).toEqual([
    { text: "Recurb the ", match: false },
    { text: "Curb", match: true },
    { text: " (", match: false },
    { text: "curb", match: true },
    { text: "s)", match: false },
  ]);
});

it("takes typed signs as they are, not as a pattern", () => {
  expect(mark("a.b a+b", ["a+b"])).toEqual([
    { text: "a.b ", match: false },
    { text: "a+b", match: true },
  ]);
  expect(mark("text", ["(", ""])).toEqual([{ text: "text", match: false }]);
});

it("begins near a match that stands far back", () => {
  const far = mark("Our number for the garage is $1,400 for the level 3 slab, good for 30 days", ["slab"]);
  expect(lead(far, 20).map((p) => p.text)).toEqual(["…for the level 3 ", "slab", ", good for 30 days"]);
  expect(lead(far, 80)).toEqual(far);
  expect(lead(mark("no match in here at all", ["slab"]), 5).map((p) => p.text)).toEqual([
    "no match in here at all",
  ]);
});
