import { expect, it } from "vitest";
import { readLine } from "./attachments";

it.each([
  [{}, ""],
  [{ read: "read" as const }, "Read"],
  [{ read: "partly" as const, read_note: "pages 1-50 of 120." }, "Partly read: pages 1-50 of 120"],
  [{ read: "not_read" as const, read_note: "it is a picture" }, "Not read: it is a picture"],
])("%o is said as %s", (file, line) => expect(readLine(file)).toBe(line));
