import { expect, it } from "vitest";
import { fact, mail } from "../../test/app";
import { candidatesOf, daysOf, questionOf } from "./fact-options";

const today = "2026-11-19";
const jo = { name: "Joel Strand", address: "joel@a.example" };
const joel = { name: "Joel Baker", address: "jb@b.example" };
const dana = { name: "Dana Orlik", address: "dana@c.example" };
const letter = mail("e1", { from: [dana], to: [jo], cc: [joel] });

it("asks of money whether it is agreed, from where it stands now", () => {
  const f = fact("f", {
    kind: "budget_mention",
    amount: { minor: 640000, currency: "USD" },
    standing: "exposure",
    confidence: 0.61,
  });
  const asked = questionOf(f, undefined, today);
  expect(asked.ask).toBe("What is it?");
  expect(asked.options.map((o) => o.title)).toEqual([
    "Placeholder",
    "Approved cost",
    "Only a figure",
    "Not about money",
  ]);
  expect(asked.options[asked.first]).toMatchObject({ save: "Save as placeholder", act: { do: "confirm" } });
  expect(asked.options[1]).toMatchObject({
    note: "Adds $6,400 to approved changes",
    act: { do: "correct", change: { standing: "approved" } },
  });
  expect(asked.options[3]?.act).toEqual({ do: "correct", change: { kind: "key_point" } });
  const none = questionOf({ ...f, standing: undefined }, undefined, today);
  expect(none.options[none.first]?.act).toEqual({ do: "confirm" });
  expect(none.options[0]?.act).toEqual({ do: "correct", change: { standing: "exposure" } });
});

it("offers both days of a date that can be two, in the year that is meant", () => {
  const f = fact("f", {
    kind: "action_item",
    deadline: "2027-01-04",
    at: "2026-12-20T10:00:00Z",
    doubt: "“1/4” can be January 4 or April 1.",
  });
  expect(daysOf(f)).toEqual(["2027-01-04", "2027-04-01"]);
  const asked = questionOf(f, letter, "2026-12-20");
  expect(asked.ask).toBe("Which day is it?");
  expect(asked.options[asked.first]?.act).toEqual({ do: "confirm" });
  expect(asked.options[1]?.act).toEqual({ do: "correct", change: { deadline: "2027-04-01" } });
  expect(asked.options[2]?.act).toEqual({ do: "correct", change: { deadline: null } });
  expect(daysOf({ ...f, doubt: "“may” leaves it open." })).toEqual([]);
});

it("offers the people of the mail for an owner nobody can be sure of", () => {
  const two = fact("f", { kind: "action_item", owner: "Joel" });
  expect(candidatesOf(two, letter)).toEqual([
    { name: "Joel Strand", why: "The mail is to them" },
    { name: "Joel Baker", why: "In copy" },
  ]);
  expect(questionOf(two, letter, today).options.map((o) => o.title)).toEqual([
    "Joel Strand",
    "Joel Baker",
    "Joel",
    "Not a fact",
  ]);
  const open = questionOf(fact("g", { kind: "action_item" }), letter, today);
  expect(open.ask).toBe("Who owns it?");
  expect(open.options[open.first]).toMatchObject({ title: "Nobody named", act: { do: "confirm" } });
  const sure = questionOf(fact("h", { kind: "action_item", owner: "Dana Orlik" }), letter, today);
  expect(sure.ask).toBe("Is this right?");
});

it("asks of everything else whether it is right, another kind, or nothing", () => {
  const asked = questionOf(fact("f", { kind: "timeline_change" }), letter, today);
  expect(asked.options.map((o) => o.save)).toEqual([
    "Confirm schedule change",
    "Save as risk",
    "Save as key point",
    "Reject as not a fact",
  ]);
  const held = questionOf(fact("f", { kind: "budget_mention", held: "Its mail is flagged." }), letter, today);
  expect(held.options[0]).toMatchObject({ note: "Counts from now on", act: { do: "confirm" } });
});
