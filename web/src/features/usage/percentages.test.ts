import { expect, it } from "vitest";
import { formatPercentages, parsePercentages } from "./percentages";

it.each([
  ["70, 90, 100", [70, 90, 100]],
  ["100% 90%;70 and 90", [70, 90, 100]],
  ["  ", []],
  ["1", [1]],
  ["5,6,7,8,9", [5, 6, 7, 8, 9]],
])("reads %j", (text, at) => {
  expect(parsePercentages(text)).toEqual({ at });
});

it.each([
  ["70, 0", "0 is no percentage"],
  ["101", "101 is no percentage"],
  ["12.5", "12.5 is no percentage"],
  ["-5", "-5 is no percentage"],
  ["most", "most is no percentage"],
  ["1 2 3 4 5 6", "at most 5"],
])("says what is wrong with %j", (text, wrong) => {
  expect(parsePercentages(text)).toEqual({ wrong: expect.stringContaining(wrong) });
});

it("writes them as one reads them", () => {
  expect(formatPercentages([70, 90, 100])).toBe("70, 90, 100%");
  expect(formatPercentages([50])).toBe("50, 100%");
  expect(formatPercentages([])).toBe("100%");
});
