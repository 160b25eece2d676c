import { expect, it } from "vitest";
import type { AIBudget } from "../api/types";
import { usedUp } from "./ai-budget";

const budget: AIBudget = {
  limit_micro_usd: 20_000_000,
  used_micro_usd: 19_570_000,
  left_micro_usd: 430_000,
  waiting: 12,
  used_up: true,
  own: false,
  renews_at: "2026-12-01T05:00:00Z",
};

const said = (more: Partial<AIBudget>) => usedUp({ ...budget, ...more }, "America/New_York", "2026-11-26");

it("says nothing of a budget for which no mail waits, or that is not there", () => {
  expect(said({ used_up: false, waiting: 0 })).toBeUndefined();
  expect(usedUp(undefined, "UTC", "2026-11-26")).toBeUndefined();
});

it("says that it is used up, what is left, how many mails wait, and what to do", () => {
  expect(said({})).toEqual({
    what: "This month’s AI budget is used up: the $0.43 left of it is too little for the next call of a model.",
    wait: "12 mails wait for a model until Dec 1, or until the budget grows. Meanwhile what was read by the rules stands.",
    step: "A greater plan, where there is one, has a greater budget.",
  });
  expect(said({ used_micro_usd: 20_000_000, left_micro_usd: 0, waiting: 1, own: true })).toEqual({
    what: "This month’s AI budget is used up.",
    wait: "1 mail waits for a model until Dec 1, or until the budget grows. Meanwhile what was read by the rules stands.",
    step: "Whoever runs this installation can raise it.",
  });
});

it("says that attempts that failed have used it up where little is charged", () => {
  expect(said({ used_micro_usd: 3_000_000 })?.what).toBe(
    "This month’s AI budget is used up: attempts that are not charged, or whose cost nobody knows, came to as much as they may in a month. $0.43 is left for calls, too little for the next.",
  );
});
