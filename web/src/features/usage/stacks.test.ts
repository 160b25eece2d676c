import { expect, it } from "vitest";
import type { Usage } from "../../api/types";
import { callsOf, costOf, tookWords } from "./ledger-words";
import { linesOf } from "./shares";
import { columnsOf, fillOf, heightOf, layersOf, stepTo } from "./stacks";
import { percent, perMail, priceless, projected } from "./sums";

const share = (id: string, micro: number, more: Partial<Usage["models"][number]> = {}) => ({
  id,
  calls: 1,
  unpriced: 0,
  cost_micro_usd: micro,
  tokens: { input: 1, cached: 0, written: 0, output: 1, reasoning: 0 },
  ...more,
});

const day = (name: string, emails: number, ...models: Usage["models"]): Usage["days"][number] => ({
  day: name,
  emails,
  calls: models.length,
  unpriced: 0,
  cost_micro_usd: models.reduce((n, m) => n + m.cost_micro_usd, 0),
  models,
});

const usage = (more: Partial<Usage>): Usage => ({
  days: [],
  projects: [],
  models: [],
  steps: [],
  people: [],
  emails: 0,
  calls: 0,
  unpriced: 0,
  assumed: 0,
  cost_micro_usd: 0,
  unfiled_micro_usd: 0,
  provider_micro_usd: 0,
  ahead: [],
  ...more,
});

const five = [share("a", 50), share("b", 40), share("c", 30), share("d", 20), share("e", 10)];

it("paints four models, and the end of more than four as one", () => {
  expect(layersOf(five.slice(0, 4)).map((l) => l.name)).toEqual(["a", "b", "c", "d"]);
  const layers = layersOf(five);
  expect(layers.map((l) => l.name)).toEqual(["a", "b", "c", "2 others"]);
  expect(fillOf(layers, "b")).toBe("bg-chart-2");
  expect(fillOf(layers, "e")).toBe("bg-chart-4");
});

it("stacks models to the micro-dollar, with what is expected on top", () => {
  const u = usage({
    models: five,
    days: [
      day("2026-11-02", 3, share("a", 7), share("d", 5), share("e", 4)),
      day("2026-11-03", 1, share("b", 1)),
    ],
    ahead: [day("2026-11-03", 2, share("a", 9)), day("2026-11-04", 6, share("a", 11))],
  });
  const columns = columnsOf(u, "2026-11-01", "2026-11-04", layersOf(five), "cost");
  expect(columns.map((c) => [c.day, ...c.parts, c.ahead])).toEqual([
    ["2026-11-01", 0, 0, 0, 0, 0],
    ["2026-11-02", 7, 0, 0, 9, 0],
    ["2026-11-03", 0, 1, 0, 0, 9],
    ["2026-11-04", 0, 0, 0, 0, 11],
  ]);
  expect(columns.map(heightOf)).toEqual([0, 16, 10, 11]);
  expect(columns.map((c) => c.micro)).toEqual([0, 16, 1, 0]);
});

it("counts mails where nothing cost anything", () => {
  const u = usage({ days: [day("2026-11-02", 3)], ahead: [day("2026-11-03", 2)] });
  const columns = columnsOf(u, "2026-11-02", "2026-11-03", [], "mails");
  expect(columns.map((c) => [c.parts, c.ahead])).toEqual([
    [[3], 0],
    [[0], 2],
  ]);
});

it("puts many days together as months, cut at both ends", () => {
  const u = usage({
    models: five,
    days: [day("2026-09-30", 1, share("a", 2)), day("2026-10-01", 1, share("a", 3))],
  });
  const columns = columnsOf(u, "2026-09-15", "2026-11-20", layersOf(five), "cost");
  expect(columns.map((c) => [c.day, c.last, c.micro, c.parts[0]])).toEqual([
    ["2026-09-15", "2026-09-30", 2, 2],
    ["2026-10-01", "2026-10-31", 3, 3],
    ["2026-11-01", "2026-11-20", 0, 0],
  ]);
});

it.each([
  ["ArrowRight", 3, 4],
  ["ArrowRight", 29, 29],
  ["ArrowLeft", 0, 0],
  ["Home", 12, 0],
  ["End", 12, 29],
  ["Tab", 12, undefined],
])("%s on bar %d leads to %s", (key, at, to) => {
  expect(stepTo(key, at, 30)).toBe(to);
});

it("projects the month's end in whole micro-dollars", () => {
  const u = usage({
    emails: 3,
    cost_micro_usd: 100,
    ahead: [day("2026-11-20", 1, share("a", 33)), day("2026-11-21", 0, share("a", 34))],
  });
  expect(projected(u)).toEqual({ micro: 167, emails: 4 });
  expect(perMail(u)).toBe(33);
  expect(perMail(usage({ cost_micro_usd: 5 }))).toBeUndefined();
  expect(percent(99_999_999, 100_000_000)).toBe(99);
});

it("tells a cost that is not known from one of nothing", () => {
  expect(priceless({ calls: 2, unpriced: 2, cost_micro_usd: 0 })).toBe(true);
  expect(priceless({ calls: 2, unpriced: 0, cost_micro_usd: 0 })).toBe(false);
  expect(priceless({ calls: 2, unpriced: 1, cost_micro_usd: 7 })).toBe(false);
  expect(priceless({ calls: 2, unpriced: 2, cost_micro_usd: 0 }, true)).toBe(false);
});

it("says where it went, with the end of a long list as one line and mail on no project", () => {
  const projects = [1, 2, 3, 4, 5, 6, 7].map((n) => ({
    project_id: `p${n}`,
    name: `Job ${n}`,
    emails: n,
    calls: n,
    unpriced: 0,
    cost_micro_usd: n * 10,
  }));
  const lines = linesOf(usage({ projects, emails: 30, unfiled_micro_usd: 45 }), "project");
  expect(lines.map((l) => [l.name, l.count, l.micro])).toEqual([
    ["Job 7", 7, 70],
    ["Job 6", 6, 60],
    ["Job 5", 5, 50],
    ["Not filed", 2, 45],
    ["Job 4", 4, 40],
    ["3 others", 6, 60],
  ]);
  const u = usage({
    people: [share("", 9, { calls: 3 }), share("u1", 2, { name: "Dana Orlik" })],
    steps: [share("reread", 0, { unpriced: 1 })],
  });
  expect(linesOf(u, "person").map((l) => l.name)).toEqual(["By the settings", "Dana Orlik"]);
  expect(linesOf(u, "step")).toMatchObject([{ name: "Reading again", unknown: true }]);
  expect(linesOf(u, "step", true)).toMatchObject([{ name: "Reading again", unknown: false }]);
});

it.each([
  ["answered", 41_200, 41_200, 50_000, "$0.0412", "$0.0412"],
  ["answered", 0, 0, 0, "$0.0000", "$0.0000"],
  ["answered", null, 0, null, "Not known", "Not known"],
  ["answered", null, 50_000, 50_000, "At most $0.0500", "At most $0.0500"],
  ["answered", null, 0, 50_000, "Not charged", "At most $0.0500"],
  ["answered", 20_000, 0, 50_000, "Not charged", "$0.0200"],
  ["invalid", 20_000, 0, 50_000, "Not charged", "$0.0200"],
  ["unknown", null, 0, 50_000, "Not charged", "At most $0.0500"],
  ["timeout", null, 0, 50_000, "Not charged", "At most $0.0500"],
  ["started", null, 0, 50_000, "Not yet known", "Not yet known"],
] as const)(
  "a call %s that cost %s, of which %s is charged and %s was set aside, says %s; against one's own budget %s",
  (outcome, cost, charged, most, text, own) => {
    const entry = { outcome, cost_micro_usd: cost, charged_micro_usd: charged, most_micro_usd: most };
    expect(costOf(entry).text).toBe(text);
    expect(costOf(entry, true).text).toBe(own);
  },
);

it("counts the calls that filters leave, where the sums say so", () => {
  const project = { project_id: "p1", name: "", emails: 1, calls: 4, unpriced: 0, cost_micro_usd: 1 };
  const u = usage({ calls: 9, projects: [project], models: [share("a", 1, { calls: 6 })] });
  expect(callsOf(u, {})).toBe(9);
  expect(callsOf(u, { project: "p1" })).toBe(4);
  expect(callsOf(u, { model: "a" })).toBe(6);
  expect(callsOf(u, { model: "gone" })).toBe(0);
  expect(callsOf(u, { project: "p1", model: "a" })).toBeUndefined();
});

it.each([
  [620, "0.6 s"],
  [12_400, "12 s"],
])("%d ms are %s", (ms, words) => {
  expect(tookWords(ms)).toBe(words);
});
