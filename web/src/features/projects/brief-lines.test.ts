import { expect, it } from "vitest";
import type { Event, Fact } from "../../api/types";
import { comingDays, dueNext, factChanges, headlines } from "./brief-lines";

const fact = (id: string, more: Partial<Fact> = {}) =>
  ({ id, kind: "decision", state: "open", deadline: null, ...more }) as Fact;
const event = (f?: Fact) => ({ id: `event of ${f?.id}`, fact: f }) as Event;
const due = (deadline: string) => fact(deadline, { kind: "action_item", deadline });

it("names each live fact once, and no rejected one", () => {
  const a = fact("a");
  const lines = factChanges([
    event(a),
    event(),
    event(fact("b", { state: "rejected" })),
    event(a),
    event(fact("c", { state: "superseded" })),
    event(fact("d", { state: "corrected" })),
  ]);
  expect(lines.map((l) => l.fact.id)).toEqual(["a", "d"]);
});

it("takes key points and actions only where there is room, and keeps the order", () => {
  const lines = factChanges([
    event(fact("point", { kind: "key_point" })),
    event(fact("decision")),
    event(fact("action", { kind: "action_item" })),
    event(fact("risk", { kind: "risk" })),
  ]);
  expect(headlines(lines, 2).map((l) => l.fact.id)).toEqual(["decision", "risk"]);
  expect(headlines(lines, 3).map((l) => l.fact.id)).toEqual(["point", "decision", "risk"]);
});

it("leads with the newest overdue action, then what is to come", () => {
  const actions = ["2026-11-10", "2026-11-17", "2026-11-19", "2026-11-24", "2026-11-25", "2026-12-01"].map(
    due,
  );
  const brief = dueNext([...actions, fact("undated")], "2026-11-19", 4);
  expect(brief.next.map((f) => f.deadline)).toEqual(["2026-11-17", "2026-11-19", "2026-11-24", "2026-11-25"]);
  expect(brief).toMatchObject({ overdue: 2, today: 1 });
});

it("fills up with older overdue actions when little is to come", () => {
  const actions = ["2026-11-10", "2026-11-12", "2026-11-17", "2026-11-24"].map(due);
  expect(dueNext(actions, "2026-11-19", 4).next.map((f) => f.deadline)).toEqual([
    "2026-11-10",
    "2026-11-12",
    "2026-11-17",
    "2026-11-24",
  ]);
});

it("says the next two days with something due", () => {
  const actions = ["2026-11-17", "2026-11-19", "2026-11-24", "2026-11-24", "2026-11-25", "2026-12-24"].map(
    due,
  );
  expect(comingDays(actions, "2026-11-19", (d) => `<${d}>`)).toEqual(["1 today", "2 on <2026-11-24>"]);
});
