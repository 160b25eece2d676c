import { describe, expect, it } from "vitest";
import type { Fact } from "../api/types";
import { changeOf } from "./fact-form";

describe("a correction", () => {
  const fact = {
    kind: "budget_mention",
    text: "Extra labor at $85/hr",
    owner: null,
    deadline: null,
    amount: { minor: 8500, currency: "USD", per: "hour" },
  } as unknown as Fact;
  const typed = (amount: string) =>
    changeOf(
      fact,
      { kind: "budget_mention", text: fact.text, owner: "", deadline: "", amount, standing: "" },
      null,
    );

  it("keeps what an amount is the price of", () => {
    expect(typed("95")).toEqual({ amount: { minor: 9500, currency: "USD", per: "hour" } });
    expect(typed("")).toEqual({ amount: null });
    expect(typed("85.00")).toEqual({});
  });
});
