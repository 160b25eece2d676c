import { expect, it } from "vitest";
import type { ProjectSummary } from "../api/types";
import { pinnedOf } from "./pins";

const project = (id: string, last?: string, status = "active") =>
  ({ id, status, last_mail_at: last }) as ProjectSummary;
const projects = [
  project("a", "2026-11-01T00:00:00Z"),
  project("b", "2026-11-05T00:00:00Z"),
  project("c"),
  project("d", "2026-11-09T00:00:00Z", "completed"),
  project("e", "2026-11-04T00:00:00Z"),
  project("f", "2026-11-03T00:00:00Z"),
  project("g", "2026-11-02T00:00:00Z"),
];
const ids = (list: ProjectSummary[]) => list.map((p) => p.id);

it("pins the four open jobs with the newest mail until one is chosen", () => {
  expect(ids(pinnedOf(projects, null))).toEqual(["b", "e", "f", "g"]);
});

it("keeps a choice in its order, also an empty one, and skips what is gone", () => {
  expect(ids(pinnedOf(projects, ["c", "gone", "d"]))).toEqual(["c", "d"]);
  expect(pinnedOf(projects, [])).toEqual([]);
});
