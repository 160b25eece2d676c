import { describe, expect, it } from "vitest";
import { replaced } from "./answers";

describe("replaced", () => {
  const fact = { id: "fa_1", state: "open" };
  const pages = {
    pages: [{ items: [{ id: "em_1", facts: [fact, { id: "fa_2", state: "open" }] }] }],
    next: null,
  };

  it("puts new values on the thing of an id, however deep", () => {
    const now = replaced(pages, "fa_1", { state: "confirmed" });
    expect(now.pages[0]?.items[0]?.facts).toEqual([
      { id: "fa_1", state: "confirmed" },
      { id: "fa_2", state: "open" },
    ]);
  });

  it("leaves the rest as it is, so that nothing else is drawn again", () => {
    const now = replaced(pages, "fa_1", { state: "confirmed" });
    expect(now.pages[0]?.items[0]?.facts[1]).toBe(pages.pages[0]?.items[0]?.facts[1]);
    expect(replaced(pages, "fa_9", { state: "confirmed" })).toBe(pages);
    expect(replaced(undefined, "fa_1", {})).toBeUndefined();
  });
});
