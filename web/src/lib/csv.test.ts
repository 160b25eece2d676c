import { expect, it } from "vitest";
import { csv, csvCell } from "./csv";

it.each([
  ["plain", "plain"],
  ["a, b", '"a, b"'],
  ['6" pipe', '"6"" pipe"'],
  ["two\nlines", '"two\nlines"'],
  ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ["+1 555", "'+1 555"],
  ["-5", "'-5"],
  ["@sum", "'@sum"],
  [" =1+1", "' =1+1"],
  ["＝1+1", "'＝1+1"],
  ["\tx", "'\tx"],
  [-5, "-5"],
  [null, ""],
  [undefined, ""],
])("writes %j as %j", (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

it("ends every row as RFC 4180 has it", () => {
  expect(
    csv([
      ["a", 1],
      ["=b", 2],
    ]),
  ).toBe("a,1\r\n'=b,2\r\n");
});
