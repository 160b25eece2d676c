import { describe, expect, it } from "vitest";
import type { ProjectSummary } from "../../api/types";
import { applyFilter, clientsOf, countWith, isNarrowed, keepOrder, parseFilter } from "./filter";

const project = (name: string, more: Partial<ProjectSummary> = {}): ProjectSummary => ({
  id: name,
  name,
  job_number: "",
  address: "",
  client: "",
  status: "active",
  aliases: [],
  people: [],
  created_at: "2026-01-01T00:00:00Z",
  latest: null,
  open_actions: 0,
  overdue: 0,
  risks: 0,
  due_7_days: 0,
  mails: 0,
  weeks: [],
  unseen: 0,
  ...more,
});

const harrow = project("Harrow Point", {
  job_number: "24-117",
  client: "Verrin",
  risks: 2,
  last_mail_at: "2026-11-19T14:42:00Z",
});
const pier = project("Pier 9", {
  client: "Northlap",
  risks: 4,
  overdue: 3,
  last_mail_at: "2026-11-18T22:06:00Z",
});
const quayle = project("Quayle", { client: "Northlap", due_7_days: 1, aliases: ["The garage"] });
const done = project("Old job", { client: "Verrin", status: "completed", risks: 1 });
const all = [quayle, done, pier, harrow];
const names = (list: ProjectSummary[]) => list.map((p) => p.name);

describe("applyFilter", () => {
  it.each([
    [{}, ["Harrow Point", "Pier 9", "Quayle"]],
    [{ status: "all" }, ["Harrow Point", "Pier 9", "Old job", "Quayle"]],
    [{ status: "completed" }, ["Old job"]],
    [{ client: "Northlap" }, ["Pier 9", "Quayle"]],
    [{ risks: true }, ["Harrow Point", "Pier 9"]],
    [{ due: true }, ["Pier 9", "Quayle"]],
    [{ q: "24-117" }, ["Harrow Point"]],
    [{ q: "GARAGE" }, ["Quayle"]],
    [{ q: "north pier" }, ["Pier 9"]],
    [{ q: "nothing" }, []],
  ] as const)("%j leaves %j, newest mail first", (filter, want) => {
    expect(names(applyFilter(all, filter))).toEqual(want);
  });
});

it("counts what a chip would leave beside the other filters", () => {
  expect(countWith(all, {}, { risks: true })).toBe(2);
  expect(countWith(all, { client: "Northlap" }, { risks: true })).toBe(1);
  expect(countWith(all, { client: "Northlap", risks: true }, { client: undefined })).toBe(2);
});

it("lists each client once", () => {
  expect(clientsOf(all)).toEqual(["Northlap", "Verrin"]);
});

it("keeps rows in their places, and puts new ones first", () => {
  expect(names(keepOrder([harrow, pier, quayle], ["Quayle", "Harrow Point"]))).toEqual([
    "Pier 9",
    "Quayle",
    "Harrow Point",
  ]);
});

it("reads a URL and drops what it does not understand", () => {
  expect(parseFilter({ q: 24117, status: "bidding", risks: "true", due: "perhaps", client: "" })).toEqual({
    q: "24117",
    status: "bidding",
    client: undefined,
    risks: true,
    due: undefined,
  });
  expect(isNarrowed(parseFilter({ status: "lost" }))).toBe(false);
});
