import { expect, it } from "vitest";
import { mayWords, scopes, scopesOf } from "./scopes";

it("offers a viewer's key only what a viewer may", () => {
  expect(scopesOf("viewer").map((s) => s.id)).toEqual([
    "mail.read",
    "projects.read",
    "members.read",
    "usage.read",
    "billing.read",
    "settings.read",
  ]);
  expect(scopesOf("admin")).toBe(scopes);
});

it("says in a few words what a key may", () => {
  expect(mayWords({ role: "viewer", scopes: [] })).toBe("Read");
  expect(mayWords({ role: "admin", scopes: null })).toBe("Read, write");
  expect(mayWords({ role: "admin", scopes: ["usage.read"] })).toBe("Read usage and costs");
  expect(mayWords({ role: "admin", scopes: ["usage.read", "mail.read"] })).toBe("2 permissions");
  expect(mayWords({ role: "admin", scopes: ["later.thing"] })).toBe("later.thing");
});
