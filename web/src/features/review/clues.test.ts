import { describe, expect, it } from "vitest";
import type { Candidate, Email, Match, Reason } from "../../api/types";
import { clueLine, cluesIn, nextAfter } from "./clues";

const reason = (r: Partial<Reason>): Reason => ({ kind: "name", text: "It names the job.", ...r });
const candidate = (name: string, reasons: Reason[] = []): Candidate => ({
  project_id: `pr_${name}`,
  name,
  confidence: 0.4,
  reasons,
});
const match = (candidates: Candidate[], reasons: Reason[] = []): Match => ({
  confidence: 0,
  proposal: null,
  candidates,
  reasons,
});
const mail = (m: Match) => ({ match: m }) as Email;

describe("clues", () => {
  it("are taken from every candidate, each place once, in order", () => {
    const m = match(
      [
        candidate("a", [
          reason({ in: "text", start: 40, end: 51 }),
          reason({ in: "subject", start: 0, end: 4 }),
        ]),
        candidate("b", [
          reason({ in: "text", start: 40, end: 51 }),
          reason({ in: "text", start: 3, end: 9 }),
        ]),
      ],
      [reason({ in: "text" })],
    );
    expect(cluesIn(m, "text")).toEqual([
      { start: 3, end: 9 },
      { start: 40, end: 51 },
    ]);
    expect(cluesIn(m, "subject")).toEqual([{ start: 0, end: 4 }]);
  });

  it("admit doubt in words", () => {
    expect(clueLine(mail(match([candidate("a"), candidate("b")])))).toEqual({
      text: "Could be 2 projects",
      named: true,
    });
    expect(clueLine(mail(match([candidate("Harrow Point")]))).text).toBe("Could be Harrow Point");
    expect(clueLine(mail(match([], [reason({ kind: "none" })]))).text).toBe("No project named");
    const back = reason({ kind: "person", text: "Put back into review by Mike Tran." });
    expect(clueLine(mail(match([], [back]))).text).toBe("Put back into review by Mike Tran");
  });
});

describe("the next item", () => {
  const items = [{ id: "a" }, { id: "b" }, { id: "c" }];
  it.each([
    ["a", "b"],
    ["b", "c"],
    ["c", "b"],
  ])("after %s is %s", (id, next) => expect(nextAfter(items, id)?.id).toBe(next));
  it("after the only one is none", () => expect(nextAfter([{ id: "a" }], "a")).toBeUndefined());
});
