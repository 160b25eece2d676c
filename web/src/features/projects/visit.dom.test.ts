import { expect, it } from "vitest";
import { visit } from "./visit";

const at = (iso: string) => new Date(iso);

it("looks back to yesterday's beginning on the first visit", () => {
  expect(visit("acme", at("2026-11-19T15:00:00Z"))).toEqual(at("2026-11-18T05:00:00Z"));
});

it("keeps looking back to the same moment while one stays or reloads", () => {
  const first = visit("acme", at("2026-11-19T15:00:00Z"));
  expect(visit("acme", at("2026-11-19T15:01:00Z"))).toEqual(first);
  expect(visit("acme", at("2026-11-19T18:59:00Z"))).toEqual(first);
});

it("looks back to the last visit after some hours away", () => {
  visit("acme", at("2026-11-18T21:30:00Z"));
  expect(visit("acme", at("2026-11-19T13:00:00Z"))).toEqual(at("2026-11-18T21:30:00Z"));
});

it("remembers each organisation apart", () => {
  visit("acme", at("2026-11-18T21:30:00Z"));
  expect(visit("other", at("2026-11-19T13:00:00Z"))).toEqual(at("2026-11-18T05:00:00Z"));
});
