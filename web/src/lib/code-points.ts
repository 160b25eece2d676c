// The API counts text in code points; a string here counts UTF-16 units. Nothing
// else may mix the two up.

/** Offsets of one text, from code points to UTF-16 units and back. Out of range ends at the ends. */
export interface Offsets {
  toUnit(point: number): number;
  toPoint(unit: number): number;
  /** How many code points the text has. */
  length: number;
}

/** Makes the offsets of a text. A unit in the middle of a pair belongs to the code point it is part of. */
export function offsetsOf(text: string): Offsets {
  const pairs: number[] = []; // unit offset of every first half of a pair, in order
  for (let i = 0; i < text.length - 1; i++) {
    if (isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1))) {
      pairs.push(i);
      i++;
    }
  }
  const length = text.length - pairs.length;
  return {
    length,
    toUnit(point) {
      const p = Math.min(Math.max(point, 0), length);
      // The k-th pair (from 0) begins at code point pairs[k] - k.
      return p + countWhile(pairs.length, (k) => (pairs[k] ?? 0) - k < p);
    },
    toPoint(unit) {
      const u = Math.min(Math.max(unit, 0), text.length);
      return u - countWhile(pairs.length, (k) => (pairs[k] ?? 0) < u);
    },
  };
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** How many of the first n indexes hold, when those that hold come first. */
function countWhile(n: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The code points [start, end) of a text. */
export function slicePoints(text: string, start: number, end: number): string {
  const at = offsetsOf(text);
  return text.slice(at.toUnit(start), at.toUnit(end));
}
