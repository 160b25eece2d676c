import { describe, expect, it } from "vitest";
import type { Email } from "../../api/types";
import { byDay } from "./days";

const mail = (id: string, date: string) => ({ id, date }) as Email;

describe("days", () => {
  it("follow the viewer's midnight, not Greenwich's", () => {
    const mails = [
      mail("c", "2026-11-19T14:42:00Z"),
      mail("b", "2026-11-19T03:30:00Z"),
      mail("a", "2026-11-18T15:00:00-05:00"),
    ];
    expect(byDay(mails).map((d) => [d.day, d.mails.map((m) => m.id).join("")])).toEqual([
      ["2026-11-19", "c"],
      ["2026-11-18", "ba"],
    ]);
    expect(byDay(mails, "Europe/Berlin").map((d) => d.day)).toEqual(["2026-11-19", "2026-11-18"]);
  });

  it("compare instants, not their spelling", () => {
    const mails = [mail("early", "2026-11-19T16:00:00+02:00"), mail("late", "2026-11-19T14:30:00Z")];
    expect(byDay(mails)[0]?.mails.map((m) => m.id)).toEqual(["late", "early"]);
  });

  it("count a mail once, as it stands last, and put moved ones in their place", () => {
    const stub = { ...mail("b", "2026-11-18T15:00:00Z"), project_id: "pr_2" };
    const days = byDay([mail("c", "2026-11-19T14:00:00Z"), mail("a", "2026-11-17T14:00:00Z"), stub, stub]);
    expect(days.map((d) => d.mails.length)).toEqual([1, 1, 1]);
    expect(days[1]?.mails[0]?.project_id).toBe("pr_2");
  });

  it("are none without mail", () => expect(byDay([])).toEqual([]));
});
