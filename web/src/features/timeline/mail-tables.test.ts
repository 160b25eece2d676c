import { expect, it } from "vitest";
import { fact, mail } from "../../test/app";
import { firmOf, writersOf } from "./mail-tables";

const lena = { name: "Lena Farrow", address: "lena@verrin.example" };
const rolf = { name: "Rolf Kester", address: "Rolf@site.example" };

it("counts for everybody the decisions that mails say they made, whoever wrote it", () => {
  const people = writersOf([
    mail("a", {
      from: [rolf],
      facts: [
        fact("1", { made_by: "Lena Farrow with Rolf Kester" }),
        fact("2", { made_by: "lena farrow" }),
        fact("3"),
      ],
    }),
    mail("b", { from: [{ ...rolf, address: "rolf@site.example" }] }),
    mail("c", { from: [lena], facts: [fact("4", { made_by: "Lena Farrow", state: "rejected" })] }),
  ]);
  expect(people.map((w) => [w.person.name, w.mails, w.decisions])).toEqual([
    ["Rolf Kester", 2, 0],
    ["Lena Farrow", 1, 2],
  ]);
});

it("takes a mail domain for a firm, but not that of a provider", () => {
  expect(firmOf(lena)).toBe("verrin.example");
  expect(firmOf({ address: "lena@gmail.com" })).toBe("");
});
