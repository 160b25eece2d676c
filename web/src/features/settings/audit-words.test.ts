import { expect, it } from "vitest";
import { actionWords, actorName, keyed } from "./audit-words";

it("says what was done, also what it does not know by name", () => {
  expect(actionWords("sender.allow")).toBe("Allowed a sender");
  expect(actionWords("some_thing.new-kind")).toBe("Some thing new kind");
  expect(actionWords("...")).toBe("...");
});

it("says who did it", () => {
  expect(actorName({ kind: "user", id: "us_1", name: "Dana Orlik" })).toBe("Dana Orlik");
  expect(actorName({ kind: "user", id: "us_1" })).toBe("Somebody");
  expect(actorName({ kind: "key", id: "key_1", name: "Accounting sync" })).toBe("Accounting sync");
  expect(actorName({ kind: "job", id: "release" })).toBe("Projectr");
  expect(actorName({ kind: "mail" })).toBe("Projectr");
  expect(actorName({ kind: "operator", id: "us_9", name: "Ola" })).toBe("Ola (operator)");
  expect(actorName({ kind: "operator" })).toBe("Operator");
  expect(actorName({ kind: "operator", name: "Operator" })).toBe("Operator");
});

it("tells entries apart that are alike", () => {
  const entry = {
    at: "2026-11-19T10:00:00Z",
    actor: { kind: "user" as const, id: "us_1" },
    action: "mail.move",
    outcome: "done" as const,
  };
  const keys = keyed([entry, entry, { ...entry, action: "mail.read" }]).map(([key]) => key);
  expect(new Set(keys).size).toBe(3);
});
