import { expect, it } from "vitest";
import { shortName } from "./project-name";

it.each([
  ["Harrow Point Medical", "Harrow Point"],
  ["Wexcombe Elementary Addition", "Wexcombe"],
  ["Pier 9 Cold Storage", "Pier 9"],
  ["Larkin Row, Bldg B", "Larkin Row"],
  ["Depot", "Depot"],
  ["", ""],
])("%s is %s where there is little room", (name, short) => {
  expect(shortName(name)).toBe(short);
});
