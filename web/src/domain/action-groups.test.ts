import { expect, it } from "vitest";
import type { Fact } from "../api/types";
import { doneGroup, groups, weekEnd } from "./action-groups";

const due = (deadline: string | null) => ({ id: String(deadline), deadline }) as Fact;

it("ends a week on Sunday", () => {
  expect(weekEnd("2026-11-19")).toBe("2026-11-22");
  expect(weekEnd("2026-11-22")).toBe("2026-11-22");
  expect(weekEnd("2026-11-23")).toBe("2026-11-29");
});

it("groups by how soon an action is due, and leaves empty groups out", () => {
  const list = groups(
    [
      "2026-11-17",
      "2026-11-19",
      "2026-11-20",
      "2026-11-22",
      "2026-11-23",
      "2026-11-29",
      "2026-11-30",
      null,
    ].map(due),
    "2026-11-19",
  );
  expect(list.map((g) => [g.name, g.facts.map((f) => f.deadline)])).toEqual([
    ["Overdue", ["2026-11-17"]],
    ["This week", ["2026-11-19", "2026-11-20", "2026-11-22"]],
    ["Next week", ["2026-11-23", "2026-11-29"]],
    ["Later", ["2026-11-30"]],
    ["No date", [null]],
  ]);
  expect(groups([due("2026-11-19")], "2026-11-19").map((g) => g.name)).toEqual(["This week"]);
});

it("shows what was done last first", () => {
  const done = ["2026-11-17T08:00:00Z", "2026-11-19T08:00:00Z"].map((done_at) => ({ done_at }) as Fact);
  expect(doneGroup(done)[0]?.facts.map((f) => f.done_at)).toEqual([
    "2026-11-19T08:00:00Z",
    "2026-11-17T08:00:00Z",
  ]);
  expect(doneGroup([])).toEqual([]);
});
