import { expect, it } from "vitest";
import { fact } from "../test/app";
import { narrowActions, ownersOf, parseActionFilter } from "./action-filter";

const dana = { name: "Dana Orlik", email: "dana@brennock.example" };
const actions = [
  fact("a", { kind: "action_item", text: "Send the drawing", owner: "Dana Orlik" }),
  fact("b", { kind: "action_item", text: "Price the duct", owner: "Tao Brandt" }),
  fact("c", { kind: "action_item", text: "Confirm the crane", owner: "tao brandt" }),
  fact("d", { kind: "action_item", text: "Update the submittal" }),
  fact("e", {
    kind: "action_item",
    text: "Return PR-06",
    owner: "Dana Orlik",
    done_at: "2026-11-18T10:00:00Z",
  }),
];
const ids = (list: { id: string }[]) => list.map((f) => f.id).join(" ");

it("reads a filter from a URL and drops what it does not know", () => {
  expect(parseActionFilter({ who: "mine", owner: "", q: "", done: "true", x: 1 })).toEqual({
    who: "mine",
    owner: "",
    q: undefined,
    done: true,
  });
  expect(parseActionFilter({ who: "x", done: "no" })).toEqual({});
});

it("shows mine first on a person's own page and everyone's on a job", () => {
  expect(ids(narrowActions(actions, {}, dana, "mine").shown)).toBe("a");
  expect(ids(narrowActions(actions, {}, dana, "all").shown)).toBe("a b c d");
  const stranger = { name: "Jo", email: "jo@x.example" };
  expect(narrowActions(actions, {}, stranger, "mine").who).toBe("all");
});

it("counts what each choice would show beside the others", () => {
  const all = narrowActions(actions, { who: "all" }, dana, "mine");
  expect([all.open, all.done, all.mine]).toEqual([4, 1, 1]);
  const done = narrowActions(actions, { who: "all", done: true }, dana, "all");
  expect(ids(done.shown)).toBe("e");
  expect([done.open, done.done, done.mine]).toEqual([4, 1, 1]);
  expect(ids(narrowActions(actions, { owner: "Tao Brandt" }, dana, "mine").shown)).toBe("b c");
  expect(ids(narrowActions(actions, { owner: "" }, dana, "all").shown)).toBe("d");
  expect(ids(narrowActions(actions, { q: "crane TAO" }, dana, "all").shown)).toBe("c");
});

it("knows one owner by their name whatever its case", () => {
  expect(ownersOf(actions)).toEqual([
    { owner: "Dana Orlik", count: 2 },
    { owner: "Tao Brandt", count: 2 },
    { owner: "", count: 1 },
  ]);
});
