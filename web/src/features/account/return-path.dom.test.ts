import { expect, it } from "vitest";
import { localPath } from "./return-path";

it.each([
  ["/orgs/acme/projects?q=a#b", "/orgs/acme/projects?q=a#b"],
  ["/", "/"],
  ["//evil.example/x", undefined],
  ["/\\evil.example", undefined],
  ["https://evil.example/", undefined],
  ["javascript:alert(1)", undefined],
  ["/sign-in?return=/sign-in", undefined],
  ["", undefined],
  [7, undefined],
])("leads back to %j as %j", (given, want) => {
  expect(localPath(given)).toBe(want);
});
