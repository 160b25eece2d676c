import { describe, expect, it } from "vitest";
import { offsetsOf, slicePoints } from "./code-points";

const texts = [
  "",
  "plain ASCII",
  "Zażółć gęślą jaźń",
  "e\u0301 combines, so do \u0928\u093f",
  "👷 lifts the RTU 🏗️ by 9 AM 👷🏽‍♀️.",
  "👷👷👷",
  "half a pair \ud83d stays one",
  "\udc77 at the start, \ud83d at the end \ud83d",
];

describe("offsets", () => {
  it.each(texts)("of %j agree with the string's own iterator", (text) => {
    const at = offsetsOf(text);
    const points = [...text];
    expect(at.length).toBe(points.length);
    let unit = 0;
    points.forEach((point, i) => {
      expect(at.toUnit(i)).toBe(unit);
      expect(at.toPoint(unit)).toBe(i);
      unit += point.length;
    });
    expect(at.toUnit(points.length)).toBe(text.length);
    expect(at.toPoint(text.length)).toBe(points.length);
  });

  it("stop at the ends", () => {
    const at = offsetsOf("a👷b");
    expect([at.toUnit(-1), at.toUnit(99), at.toPoint(-1), at.toPoint(99)]).toEqual([0, 4, 0, 3]);
  });

  it("cut out the words the server means", () => {
    const text = "👷 Roof dry-in: Dec 4 → Dec 9 🏗️, é\u0301 done";
    const quote = "Dec 4 → Dec 9";
    const start = [...text.slice(0, text.indexOf(quote))].length;
    expect(slicePoints(text, start, start + [...quote].length)).toBe(quote);
  });
});
