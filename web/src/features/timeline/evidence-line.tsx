/** The line between a sentence and its fact, in px of the box both stand in. */
export interface Link {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** Draws the line: level out of the sentence, then bent to the fact's height. */
export function EvidenceLine({ link }: { link: Link | null }) {
  if (!link) return null;
  return (
    <svg
      aria-hidden="true"
      data-evidence-line
      className="pointer-events-none absolute inset-0 z-20 size-full overflow-visible text-evidence-line"
    >
      <path d={linkPath(link)} fill="none" stroke="currentColor" strokeWidth={1.75} />
      <circle cx={link.x1} cy={link.y1} r={3} fill="currentColor" />
      <circle cx={link.x2} cy={link.y2} r={3} fill="currentColor" />
    </svg>
  );
}

/** How far before the fact the line begins to bend, in px. */
const BEND = 28;

/** The line as an SVG path. */
export function linkPath({ x1, y1, x2, y2 }: Link): string {
  const from = Math.max(x1, x2 - BEND);
  const middle = (from + x2) / 2;
  return `M${x1} ${y1}H${from}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

/** Where the line of a fact runs; null when its sentence is not in sight, as in a folded part. */
export function measureLink(box: HTMLElement, fact: HTMLElement, marks: readonly HTMLElement[]): Link | null {
  const rects = marks.flatMap((m) => [...m.getClientRects()]).filter((r) => r.width > 0);
  const first = rects[0];
  if (!first) return null;
  const sameLine = rects.filter((r) => Math.abs(r.top - first.top) < r.height / 2);
  const right = Math.max(...sameLine.map((r) => r.right));
  const frame = box.getBoundingClientRect();
  const target = fact.getBoundingClientRect();
  // Words after the sentence on its line must not be struck through: there the
  // line runs at the height of the underline.
  const low = sameLine.length === rects.length && followed(marks, first);
  return {
    x1: right - frame.left + 3,
    y1: (low ? first.bottom - 1 : (first.top + first.bottom) / 2) - frame.top,
    x2: target.left - frame.left,
    y2: Math.min(target.top + 19, target.bottom - 8) - frame.top,
  };
}

/** Whether more text stands behind the marked words on the same line. */
function followed(marks: readonly HTMLElement[], line: DOMRect): boolean {
  const range = document.createRange();
  for (let next = marks.at(-1)?.nextElementSibling; next; next = next.nextElementSibling) {
    range.selectNodeContents(next);
    const rects = [...range.getClientRects()].filter((r) => Math.abs(r.top - line.top) < line.height / 2);
    if (rects.some((r) => r.width > 8)) return true;
    if (rects.length === 0) return false;
  }
  return false;
}
