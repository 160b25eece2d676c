import { expect, it } from "vitest";
import { axis } from "./axis";

it.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [12, [0, 5, 10, 15]],
  [97, [0, 50, 100]],
  [1842, [0, 500, 1000, 1500, 2000]],
])("%d mails get the lines %j", (most, ticks) => {
  expect(axis(most)).toEqual({ ticks, top: ticks.at(-1) });
});
