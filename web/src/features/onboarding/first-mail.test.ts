import { expect, it } from "vitest";
import type { SenderRule } from "../../api/types";
import { fact, mail } from "../../test/app";
import { firstFacts, firstMail, isSample, minutes, whoMaySend } from "./first-mail";

const sample = (more = {}) =>
  mail("s", {
    state: "review",
    from: [{ name: "Marcus Teel (sample)", address: "marcus.teel@sample.example" }],
    ...more,
  });

it.each([
  ["nothing", [], undefined],
  ["what a machine wrote", [mail("a", { state: "automatic" })], undefined],
  ["the oldest that was read", [mail("b", { state: "review" }), mail("a", { project_id: "p1" })], "a"],
  [
    "one that was read before one that waits",
    [mail("b", { state: "review" }), mail("a", { state: "quarantined" })],
    "b",
  ],
  ["one that waits, where none was read", [mail("a", { state: "quarantined" })], "a"],
  ["the sample, where there is nothing else", [sample()], "s"],
  ["one's own mail before the sample", [mail("a", { state: "quarantined" }), sample()], "a"],
  ["no sample that was set aside", [sample({ state: "filed" })], undefined],
  ["a sample on its project", [sample({ state: "filed", project_id: "p1" })], "s"],
])("takes %s as the first mail", (_, mails, id) => {
  expect(firstMail(mails)?.id).toBe(id);
});

it("knows a sample by the domain nobody can have", () => {
  expect(isSample(sample())).toBe(true);
  expect(isSample(mail("a", { from: [{ name: "sample.example", address: "jo@notsample.example" }] }))).toBe(
    false,
  );
});

it("leaves out facts that do not stand", () => {
  const facts = [fact("f1", { state: "rejected" }), fact("f2"), fact("f3", { state: "confirmed" })];
  expect(firstFacts(mail("a", { facts })).map((f) => f.id)).toEqual(["f2", "f3"]);
});

const rule = (pattern: string, allow = true): SenderRule => ({
  id: pattern,
  pattern,
  allow,
  by: "Dana",
  created_at: "2026-11-19T14:42:00Z",
});

it.each([
  ["dana@brennock.example", [], "Anyone at brennock.example. Mail from others waits in quarantine."],
  ["dana@gmail.com", [], "Members, each from their own address. Mail from others waits in quarantine."],
  [
    "dana@brennock.example",
    [rule("@arch.example"), rule("@spam.example", false)],
    "Anyone at brennock.example. And @arch.example. Mail from others waits in quarantine.",
  ],
  [
    "dana@brennock.example",
    [rule("@a.example"), rule("@b.example")],
    "Anyone at brennock.example. And 2 senders you allowed. Mail from others waits in quarantine.",
  ],
  ["dana@brennock.example", [rule("*")], "Anyone. Nothing waits in quarantine for its sender."],
])("says who may send: %s, %j", (email, rules, words) => {
  expect(whoMaySend(email, rules)).toBe(words);
});

it("says a time in minutes and seconds", () => {
  expect([0, 42, 61, 600].map(minutes)).toEqual(["0:00", "0:42", "1:01", "10:00"]);
});
