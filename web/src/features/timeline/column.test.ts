import { describe, expect, it } from "vitest";
import { stack } from "./column";

const at = (...wishes: [number | null, number][]) => wishes.map(([top, height]) => ({ top, height }));

describe("the fact column", () => {
  it("keeps a fact level with its sentence", () => {
    expect(stack(at([10, 50], [100, 50], [300, 50]), 8)).toEqual({ tops: [10, 100, 300], height: 350 });
  });

  it("moves facts down that would touch, and lets go where there is room again", () => {
    expect(stack(at([10, 50], [30, 50], [40, 50], [400, 50]), 8).tops).toEqual([10, 68, 126, 400]);
  });

  it("keeps order even against wishes, for sentences on the same line", () => {
    expect(stack(at([100, 40], [20, 40], [100, 40])).tops).toEqual([100, 140, 180]);
  });

  it("puts facts without a place after the one before", () => {
    expect(stack(at([null, 40], [null, 30], [200, 40], [null, 10]), 4).tops).toEqual([0, 44, 200, 244]);
  });

  it("never overlaps, never goes above the top, whatever the wishes", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    for (let round = 0; round < 200; round++) {
      const wishes = Array.from({ length: Math.floor(random() * 12) }, () => ({
        top: random() < 0.2 ? null : random() * 600 - 50,
        height: 20 + Math.floor(random() * 80),
      }));
      const { tops, height } = stack(wishes, 6);
      tops.forEach((top, i) => {
        const above = wishes[i - 1];
        const floor = above ? (tops[i - 1] ?? 0) + above.height + 6 : 0;
        expect(top).toBeGreaterThanOrEqual(floor);
        expect(top === floor || top === Math.round(wishes[i]?.top ?? Number.NaN)).toBe(true);
      });
      const last = wishes.at(-1);
      expect(height).toBe(last ? (tops.at(-1) ?? 0) + last.height : 0);
    }
  });
});
