import { describe, expect, it } from "vitest";
import { amountText, formatAmount, formatCentsOf, formatFineMicroUSD, parseAmount } from "./money";

describe("amounts", () => {
  it.each([
    [{ minor: 1_124_000, currency: "USD" }, "$11,240"],
    [{ minor: -430_050, currency: "USD" }, "−$4,300.50"],
    [{ minor: 8500, currency: "USD", per: "hour" }, "$85 per hour"],
    [{ minor: 420, currency: "EUR", per: "sf" }, "€4.20 per sf"],
    [{ minor: 120_000, currency: "USD", per: "each" }, "$1,200 each"],
  ])("%o is %s", (amount, text) => {
    expect(formatAmount(amount)).toBe(text);
  });
});

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

describe("micro-USD", () => {
  it.each([
    [41_200, "$0.0412", "4.1¢"],
    [60_012, "$0.0600", "6.0¢"],
    [310, "$0.00031", "0.031¢"],
    [3_100, "$0.0031", "0.3¢"],
    [0, "$0.0000", "0.0¢"],
    [1_200_000, "$1.2000", "$1.20"],
  ])("%d is %s, and %s a mail", (micro, fine, cents) => {
    expect(formatFineMicroUSD(micro)).toBe(fine);
    expect(formatCentsOf(micro)).toBe(cents);
  });
});
