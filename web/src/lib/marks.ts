/** A piece of text, and whether it is what was searched for. */
export interface Piece {
  text: string;
  match: boolean;
}

const OPEN = "\u0002";
const CLOSE = "\u0003";

/** Takes a snippet apart at the server's marks: a match stands between U+0002 and U+0003. */
export function pieces(snippet: string): Piece[] {
  return snippet
    .split(OPEN)
    .flatMap((part, i) => {
      if (i === 0) return [{ text: part, match: false }];
      const [hit = "", ...rest] = part.split(CLOSE);
      return [
        { text: hit, match: true },
        { text: rest.join(""), match: false },
      ];
    })
    .filter((p) => p.text !== "");
}

/** Marks words in a text that has no marks of its own, as whole or leading parts of words. */
export function mark(text: string, words: readonly string[]): Piece[] {
  const wanted = words.map((w) => w.trim()).filter(Boolean);
  if (wanted.length === 0) return text ? [{ text, match: false }] : [];
  const escaped = wanted
    .toSorted((a, b) => b.length - a.length)
    .map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const at = new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join("|")})`, "giu");
  const found: Piece[] = [];
  let end = 0;
  for (const m of text.matchAll(at)) {
    if (m.index > end) found.push({ text: text.slice(end, m.index), match: false });
    found.push({ text: m[0], match: true });
    end = m.index + m[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end), match: false });
  return found;
}

/**
 * The same pieces begun nearer to the first match, for a line that will be cut
 * at its end: at most `lead` characters stand before it, from the start of a word.
 */
export function lead(parts: readonly Piece[], most: number): Piece[] {
  const [first, ...rest] = parts;
  if (!first || first.match || rest.length === 0 || first.text.length <= most) return [...parts];
  const tail = first.text.slice(-most);
  return [{ text: `…${tail.slice(tail.search(/\s/) + 1)}`, match: false }, ...rest];
}
