import { describe, expect, it } from "vitest";
import type { ProjectSummary, SearchHit } from "../../api/types";
import type { Binding } from "../../lib/keys";
import { type Item, sections } from "./palette-items";

const project = (id: string, name: string, more: Partial<ProjectSummary> = {}): ProjectSummary => ({
  id,
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

const hit = (
  kind: SearchHit["kind"],
  id: string,
  title: string,
  more: Partial<SearchHit> = {},
): SearchHit => ({
  kind,
  id,
  title,
  snippet: "",
  who: "",
  project_id: "p1",
  ...more,
});

const command = (keys: string, label: string): Binding => ({ keys, label, group: "Anywhere", run: () => {} });

const harrow = project("p1", "Harrow Point Medical");
const pier = project("p2", "Pier 9 Cold Storage");
const mill = project("p3", "Mill Bend Pump House");
const base = {
  text: "",
  hits: [],
  elsewhere: [],
  projects: [harrow, pier, mill],
  recent: [],
  commands: [command("g r", "Go to Review"), command("g p", "Go to Projects")],
};
const names = (items: Item[] | undefined) => items?.map((i) => i.title.map((p) => p.text).join(""));

describe("sections", () => {
  it("opens with recent projects, then the others, without the one that is open", () => {
    const list = sections({ ...base, scope: harrow, recent: ["p1", "p3", "gone"] });
    expect(list.map((s) => s.heading)).toEqual(["Recent", "Commands"]);
    expect(names(list[0]?.items)).toEqual(["Mill Bend Pump House", "Pier 9 Cold Storage"]);
  });

  it("lists facts, mail, other projects, commands, in this order", () => {
    const list = sections({
      ...base,
      text: "re",
      scope: harrow,
      hits: [
        hit("attachment", "e7", "re.pdf", { n: 1 }),
        hit("mail", "e1", "Re: curb"),
        hit("fact", "f1", "Revised curb"),
      ],
      elsewhere: [hit("fact", "f8", "Rework", { project_id: "p2" }), hit("fact", "f1", "Revised curb")],
    });
    expect(list.map((s) => s.heading)).toEqual([
      "Facts in Harrow Point",
      "Mail",
      "Other projects",
      "Commands",
    ]);
    expect(names(list[1]?.items)).toEqual(["re.pdf", "Re: curb"]);
    expect(names(list[2]?.items)).toEqual(["1 fact about re"]);
    expect(list[2]?.items[0]).toMatchObject({ kind: "widen", where: "Pier 9" });
    expect(names(list[3]?.items)).toEqual(["Go to Review"]);
  });

  it("finds projects by name without a scope", () => {
    const list = sections({ ...base, text: "pier", commands: [] });
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({
      heading: "Projects",
      items: [{ kind: "project", project: { id: "p2" } }],
    });
  });

  it("shows the words around a match where the title has none of it", () => {
    const [facts] = sections({
      ...base,
      text: "beam",
      hits: [
        hit("fact", "f1", "Curb moves", { snippet: "clears the \u0002beam\u0003 at C/4" }),
        hit("fact", "f2", "Beam is set", { snippet: "the \u0002beam\u0003" }),
        hit("fact", "f3", "Beam stays", { snippet: "the \u0002beam\u0003", state: "superseded" }),
      ],
    });
    const items = facts?.items ?? [];
    expect(items[0]).toMatchObject({
      snippet: [
        { text: "clears the ", match: false },
        { text: "beam", match: true },
        { text: " at C/4", match: false },
      ],
    });
    expect(items[1]).toMatchObject({
      snippet: [],
      title: [{ text: "Beam", match: true }, { text: " is set" }],
    });
    expect(items[2]).toMatchObject({ snippet: [], title: [{ text: "Beam stays", match: false }] });
  });
});
