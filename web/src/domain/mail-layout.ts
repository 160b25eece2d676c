import type { Body, SpanKind } from "../api/types";
import { offsetsOf } from "../lib/code-points";

// How a mail's text is laid out for reading. What is shown is always the mail's
// own characters, in order: a piece's text is a slice of the source, so a place
// on the screen is a place in the mail. Only white space between paragraphs is
// left out, and a line break of hard-wrapped text is drawn as a space by CSS.

/** Words that are marked: the proof of a fact, or a clue to the project. Offsets count code points. */
export interface Mark {
  id: string;
  kind: "fact" | "clue";
  start: number;
  end: number;
}

/** A stretch of text with the same marks on it. */
export interface Piece {
  /** Where it begins in the source, in UTF-16 units. */
  at: number;
  text: string;
  facts: readonly string[];
  clue: boolean;
  /** A line break that the writer meant. */
  hard: boolean;
}

/** Lines between blank lines. */
export interface Paragraph {
  at: number;
  pieces: Piece[];
  /** The stretch it lies in, by its place among the stretches; absent outside them. */
  stretch?: number;
}

/** A stretch of the text that is set apart. Offsets count code points; stretches do not overlap. */
export interface Stretch {
  start: number;
  end: number;
}

/** A part of the mail by whose words it is. */
export interface Part {
  at: number;
  kind: SpanKind;
  /** Shown only on demand: nobody reads it twice. */
  folded: boolean;
  paragraphs: Paragraph[];
}

const foldable: ReadonlySet<SpanKind> = new Set(["quoted", "signature", "disclaimer"]);

/** Lays a mail out. A part that holds a marked fact is never folded, nor is a mail of nothing but folds. */
export function layOut(
  body: Pick<Body, "text" | "spans">,
  marks: readonly Mark[],
  stretches: readonly Stretch[] = [],
): Part[] {
  const { text } = body;
  const at = offsetsOf(text);
  const units = marks
    .map((m) => ({ ...m, start: at.toUnit(m.start), end: at.toUnit(m.end) }))
    .filter((m) => m.start < m.end);
  const apart = stretches.map((s) => ({ start: at.toUnit(s.start), end: at.toUnit(s.end) }));
  const spans = body.spans.length > 0 ? body.spans : [{ kind: "new" as const, start: 0, end: at.length }];

  const parts: Part[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const start = at.toUnit(span.start);
    const end = at.toUnit(span.end);
    const paragraphs = paragraphsOf(text, start, end, units, apart);
    if (paragraphs.length === 0) continue;
    const holdsFact = paragraphs.some((p) => p.pieces.some((piece) => piece.facts.length > 0));
    const folded = foldable.has(span.kind) && !holdsFact;
    const last = parts.at(-1);
    if (last && last.kind === span.kind && last.folded === folded) last.paragraphs.push(...paragraphs);
    else parts.push({ at: start, kind: span.kind, folded, paragraphs });
  }
  return parts.every((p) => p.folded) ? parts.map((p) => ({ ...p, folded: false })) : parts;
}

interface Line {
  start: number;
  end: number; // before the line break
}

function paragraphsOf(
  text: string,
  start: number,
  end: number,
  marks: readonly Mark[],
  apart: readonly Stretch[],
): Paragraph[] {
  const lines = linesOf(text, start, end);
  const wrap = wrapWidth(text, lines);
  const groups: Line[][] = [];
  const stretchOf = (line: Line) => apart.findIndex((s) => s.start < line.end && s.end > line.start);
  let open = false;
  let before = -1;
  for (const line of lines) {
    if (text.slice(line.start, line.end).trim() === "") {
      open = false;
      continue;
    }
    const stretch = stretchOf(line);
    if (open && stretch === before) groups.at(-1)?.push(line);
    else groups.push([line]);
    open = true;
    before = stretch;
  }
  return groups.map((group) => {
    const stretch = group[0] ? stretchOf(group[0]) : -1;
    return {
      at: group[0]?.start ?? start,
      pieces: piecesOf(text, group, wrap, marks),
      ...(stretch < 0 ? {} : { stretch }),
    };
  });
}

function linesOf(text: string, start: number, end: number): Line[] {
  const lines: Line[] = [];
  let at = start;
  while (at < end) {
    const found = text.indexOf("\n", at);
    const stop = found < 0 || found >= end ? end : found;
    lines.push({ start: at, end: text[stop - 1] === "\r" && stop > at ? stop - 1 : stop });
    at = stop + 1;
  }
  return lines;
}

const MIN_WRAP = 50;
const MAX_WRAP = 100;

/** The column a writer's program broke lines at, or 0 when it did not. */
function wrapWidth(text: string, lines: readonly Line[]): number {
  let widest = 0;
  for (const { start, end } of lines) {
    // A line of one long word, such as a link, says nothing.
    if (end - start > MAX_WRAP && /\s/.test(text.slice(start, end).trim())) return 0;
    if (end - start <= MAX_WRAP) widest = Math.max(widest, end - start);
  }
  return widest >= MIN_WRAP ? widest : 0;
}

const listItem = /^\s*(?:[-*•‣–—>|+]|\d{1,3}[.)]|[a-zA-Z][.)])\s/;

/** Whether a break is a program's: the next word would not have fitted on the line. */
function isSoft(text: string, line: Line, next: Line, wrap: number): boolean {
  if (wrap === 0) return false;
  const words = text.slice(next.start, next.end);
  if (listItem.test(words)) return false;
  const first = /^\S+/.exec(words)?.[0];
  return first !== undefined && line.end - line.start + 1 + first.length > wrap;
}

function piecesOf(text: string, lines: readonly Line[], wrap: number, marks: readonly Mark[]): Piece[] {
  const start = lines[0]?.start ?? 0;
  const end = trimmedEnd(text, lines.at(-1) ?? { start, end: start });
  const breaks: Line[] = [];
  lines.forEach((line, i) => {
    const next = lines[i + 1];
    if (next && !isSoft(text, line, next, wrap)) breaks.push({ start: line.end, end: next.start });
  });

  const inside = marks.filter((m) => m.start < end && m.end > start);
  const cuts = new Set([start, end]);
  for (const range of [...inside, ...breaks]) {
    for (const cut of [range.start, range.end]) if (cut > start && cut < end) cuts.add(cut);
  }
  const sorted = [...cuts].sort((a, b) => a - b);

  return sorted.slice(0, -1).map((from, i) => {
    const to = sorted[i + 1] ?? end;
    const on = inside.filter((m) => m.start <= from && m.end >= to);
    return {
      at: from,
      text: text.slice(from, to),
      facts: on.filter((m) => m.kind === "fact").map((m) => m.id),
      clue: on.some((m) => m.kind === "clue"),
      hard: breaks.some((b) => b.start <= from && b.end >= to),
    };
  });
}

function trimmedEnd(text: string, line: Line): number {
  return line.start + text.slice(line.start, line.end).trimEnd().length;
}

/** A header block's lines as name and value: "Sent: Monday" → ["Sent", "Monday"]. */
export function headerLine(line: string): [name: string, value: string] | null {
  const found = /^[>\s]*\**([\p{L}][\p{L} -]{0,20})\**:\**\s*(.*)$/u.exec(line);
  return found ? [found[1] ?? "", found[2] ?? ""] : null;
}
