import { expect, it } from "vitest";
import { axis } from "./axis";

it.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [12, [0, 4, 8, 12]],
  [11_700_000, [0, 4_000_000, 8_000_000, 12_000_000]],
  [97, [0, 50, 100]],
  [1842, [0, 500, 1000, 1500, 2000]],
])("%d gets the lines %j", (most, ticks) => {
  expect(axis(most)).toEqual({ ticks, top: ticks.at(-1) });
});
