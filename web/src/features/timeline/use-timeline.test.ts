import { expect, it } from "vitest";
import type { Event } from "../../api/types";
import { netMoves } from "./use-timeline";

const move = (kind: Event["kind"], other: string, note = "", email_id = "e1") =>
  ({ kind, other_project_id: other, note, email_id }) as Event;
const kept = (...moves: Event[]) => netMoves(moves).map((m) => `${m.kind} ${m.other_project_id} ${m.note}`);

it("tells nothing of a part that came and went, or went and came back", () => {
  expect(kept(move("passage_moved_in", "p2", "Stone"), move("passage_moved_out", "p2", "Stone"))).toEqual([]);
  expect(kept(move("passage_moved_out", "p2", "Stone"), move("passage_moved_in", "p2", "Stone"))).toEqual([]);
});

it("keeps another part, another project and another mail apart", () => {
  expect(
    kept(
      move("passage_moved_in", "p2", "Stone"),
      move("passage_moved_out", "p2", "Crane"),
      move("passage_moved_out", "p3", "Stone"),
      move("passage_moved_out", "p2", "Stone", "e2"),
    ),
  ).toEqual([
    "passage_moved_in p2 Stone",
    "passage_moved_out p2 Crane",
    "passage_moved_out p3 Stone",
    "passage_moved_out p2 Stone",
  ]);
});

it("tells nothing of a mail that is back, and tells of one that came and left", () => {
  expect(kept(move("mail_moved_out", "p2"), move("mail_moved_in", "p2"))).toEqual([]);
  expect(kept(move("mail_moved_in", "p2"), move("mail_moved_out", "p2"))).toEqual([
    "mail_moved_in p2 ",
    "mail_moved_out p2 ",
  ]);
});
