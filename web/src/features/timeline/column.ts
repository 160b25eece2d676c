/** A box that wants to stand at a height; null has no wish and follows the one before it. */
export interface Wish {
  top: number | null;
  height: number;
}

/**
 * Where boxes of a column stand: each level with what it belongs to, in order;
 * one that would touch the box above moves down. Never up, never nearer than the gap.
 */
export function stack(wishes: readonly Wish[], gap = 0): { tops: number[]; height: number } {
  let free = 0;
  const tops = wishes.map(({ top, height }) => {
    const at = Math.max(free, Math.round(top ?? free));
    free = at + height + gap;
    return at;
  });
  return { tops, height: tops.length > 0 ? free - gap : 0 };
}
