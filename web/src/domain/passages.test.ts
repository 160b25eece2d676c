import { expect, it } from "vitest";
import { wordsOf } from "./passages";

it("tells a passage by its first words, on one line", () => {
  expect(wordsOf("😀 Dana,\n\nPier 9:\n  the door\tis late.", { start: 9, end: 36 })).toBe(
    "Pier 9: the door is late.",
  );
  const long = `Pier 9: ${"the door is late ".repeat(9)}`;
  expect(wordsOf(long, { start: 0, end: long.length })).toBe(`Pier 9: ${"the door is late ".repeat(4)}the…`);
  expect(wordsOf("x".repeat(99), { start: 0, end: 99 })).toBe(`${"x".repeat(80)}…`);
});
