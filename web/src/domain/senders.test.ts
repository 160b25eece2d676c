import { describe, expect, it } from "vitest";
import type { Authentication, SenderRule } from "../api/types";
import { checkLine, checkWords, domainOf, isPublicProvider, patternWords, ruleFor } from "./senders";

const rule = (pattern: string, allow = true): SenderRule => ({
  id: pattern,
  pattern,
  allow,
  by: "Dana Orlik",
  created_at: "2026-11-02T10:00:00Z",
});
const from = (address: string, authentication: Authentication) => ({
  from: [{ name: "", address }],
  authentication,
});

describe("domains", () => {
  it.each([
    ["gmail.com", true],
    ["hotmail.co.uk", true],
    ["yahoo.com.br", true],
    ["gmx.at", true],
    ["acme.example", false],
    ["yahoo.evil.example", false],
    ["outlook.construction", false],
    ["", false],
  ])("%s is of a public provider: %s", (domain, is) => expect(isPublicProvider(domain)).toBe(is));

  it("stand behind the last @", () => {
    expect(domainOf('"a@b"@X.Example')).toBe("x.example");
    expect(domainOf("nobody")).toBe("");
  });
});

it("the closest rule counts", () => {
  const rules = [rule("*"), rule("@x.example", false), rule("jo@x.example")];
  expect(ruleFor(rules, "Jo@X.example")?.pattern).toBe("jo@x.example");
  expect(ruleFor(rules, "al@x.example")?.pattern).toBe("@x.example");
  expect(ruleFor(rules, "al@sub.x.example")?.pattern).toBe("*");
  expect(ruleFor([rule("@x.example")], "al@y.example")).toBeUndefined();
});

it("patterns are said in words", () => {
  expect(["*", "@x.example", "jo@x.example"].map(patternWords)).toEqual([
    "Anyone",
    "Everyone at x.example",
    "jo@x.example",
  ]);
});

describe("what the checks say", () => {
  it("is one plain line", () => {
    expect(checkLine(from("jo@x.example", { result: "fail" }))).toBe("This mail is not from x.example.");
    expect(checkLine(from("jo@x.example", { result: "pass", domain: "x.example" }))).toBe(
      "Checked: this mail is from x.example.",
    );
    expect(checkLine(from("jo@x.example", { result: "none", imported: true }))).toBe(
      "Imported: the sender was not checked.",
    );
    expect(checkLine(from("jo@x.example", { result: "none", spf: "none" }))).toBe(
      "Nothing proves that this mail is from x.example.",
    );
    expect(checkLine(from("jo@x.example", { result: "none" }))).toBe("The sender was not checked.");
    expect(checkLine({ from: [], authentication: { result: "fail" } })).toBe(
      "This mail is not from its sender.",
    );
  });

  it("is there in detail, without what was not checked", () => {
    expect(
      checkWords({
        result: "fail",
        spf: "softfail",
        spf_domain: "relay.example",
        dkim: "pass",
        dkim_by: ["relay.example"],
        dmarc: "fail",
        policy: "reject",
        arc: "pass",
        arc_by: "google.com",
        arc_saw: "pass",
      }),
    ).toEqual([
      ["SPF", "softfail for relay.example"],
      ["DKIM", "pass, signed by relay.example"],
      ["DMARC", "fail, the domain asks for reject"],
      ["ARC", "pass, sealed by google.com, which saw DMARC pass"],
    ]);
    expect(checkWords({ result: "none", arc: "none", dkim_by: null })).toEqual([]);
  });
});
