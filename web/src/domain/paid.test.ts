import { expect, it } from "vitest";
import type { Organisation } from "../api/types";
import { isClosed, paidLine } from "./paid";

const now = new Date("2026-11-26T15:00:00Z");
const org = { name: "Acme", time_zone: "UTC" } as Organisation;

it.each<[string, Partial<Organisation>, string, boolean?]>([
  ["paid", {}, ""],
  ["a trial", { trial_ends: "2026-12-10T15:00:00Z", read_until: "2026-12-10T15:00:00Z" }, ""],
  [
    "a trial that ends soon",
    { trial_ends: "2026-11-29T15:00:00Z", read_until: "2026-11-29T15:00:00Z" },
    "warning: The trial ends on Nov 29; after that mail is received and kept, and not read.",
  ],
  [
    "a trial that has ended",
    { trial_ends: "2026-11-20T15:00:00Z", read_until: "2026-11-20T15:00:00Z" },
    "danger: Mail of Acme is received and kept, and not read: the trial has ended.",
  ],
  [
    "a payment failed",
    { read_until: "2026-12-04T15:00:00Z" },
    "warning: A payment failed. Mail is read until Dec 4; after that mail is received and kept, and not read.",
  ],
  [
    "not read",
    { read_until: "2026-11-26T15:00:00Z" },
    "danger: Mail of Acme is received and kept, and not read: it is not paid for.",
  ],
  [
    "closing",
    { read_until: "2026-09-01T15:00:00Z", closes_at: "2026-11-30T15:00:00Z" },
    "danger: Nobody pays for Acme, and its mail is not read. On Nov 30 what it keeps is closed; nothing is deleted.",
  ],
  [
    "closed",
    { read_until: "2026-08-01T15:00:00Z", closes_at: "2026-11-26T15:00:00Z" },
    "danger: Mail of Acme is received and kept, and not read: it is not paid for.",
    true,
  ],
])("says what everybody has to know: %s", (_, more, want, closed = false) => {
  const line = paidLine({ ...org, ...more }, now);
  expect(line ? `${line.tone}: ${line.text}` : "").toBe(want);
  expect(isClosed({ ...org, ...more }, now)).toBe(closed);
});
