import { expect, it } from "vitest";
import { fact } from "../../test/app";
import { alike } from "./alike";

const money = (id: string, text: string, at: string) =>
  fact(id, { kind: "budget_mention", text, at: `${at}T10:00:00Z`, email_id: `mail-${id}` });

it("finds what was said before of the same thing, the most alike first", () => {
  const now = money("now", "$6,400 carried against allowance 7", "2026-11-19");
  const facts = [
    now,
    money("other", "$900 for crane permits", "2026-11-01"),
    money("a4", "$8,900 allowance 4, placeholder", "2026-10-30"),
    money("a7", "$3,150 against allowance 7 is approved", "2026-11-12"),
    money("later", "$7,000 carried against allowance 7", "2026-11-20"),
    { ...money("gone", "$1 carried against allowance 7", "2026-11-02"), state: "rejected" as const },
    { ...money("risk", "Allowance 7 carried", "2026-11-02"), kind: "risk" as const },
  ];
  expect(alike(now, facts).map((f) => f.id)).toEqual(["a7"]);
  expect(alike(now, facts, 0)).toEqual([]);
});
