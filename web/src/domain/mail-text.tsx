import { ChevronDown, ChevronRight, CircleHelp, FolderInput } from "lucide-react";
import { Fragment, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { Body, Fact } from "../api/types";
import { cn } from "../lib/cn";
import { offsetsOf } from "../lib/code-points";
import { useLatest } from "../lib/hooks";
import { Button } from "../ui/button";
import { headerLine, layOut, type Mark, type Paragraph, type Part, type Piece } from "./mail-layout";
import type { NamedPassage } from "./passages";

/** A stretch of a mail's text in code points, with its words. */
export interface Proof {
  start: number;
  end: number;
  quote: string;
}

interface MailTextProps {
  body: Pick<Body, "text" | "spans">;
  facts: readonly Pick<Fact, "id" | "start" | "end">[];
  /** Words the project was guessed by. */
  clues?: readonly Pick<Mark, "start" | "end">[];
  /** Where it is about several projects: which stretch is about which, in order. */
  passages?: readonly NamedPassage[];
  /** The project on whose timeline it is shown: passages about others step back. */
  project?: string;
  /** Asks where the passage that begins there belongs; offered beside each when given. */
  onMove?(start: number): void;
  /** Says of a passage in doubt whether it belongs to the project it may belong to. */
  onAnswer?(passage: NamedPassage, yes: boolean): void;
  /** The fact whose sentence is filled. */
  active?: string | null;
  /** The pointer came over a sentence, of which these are the facts, or left it: none. */
  onHover?(facts: readonly string[]): void;
  /** A fact's sentence was pressed. */
  onPick?(fact: string): void;
  /** Words were selected; only listened to when given. */
  onSelect?(proof: Proof): void;
  /** Only this fact stands on the page beside its sentence; every one when left out. */
  detailed?: string;
  className?: string;
}

/** The id of the element that shows a fact, which its sentence points to. */
export function factElementId(fact: string): string {
  return `fact-${fact}`;
}

/** A mail's own words, with the sentences that prove facts marked. */
export function MailText({
  body,
  facts,
  clues = [],
  passages = none,
  project,
  onMove,
  onAnswer,
  active = null,
  onHover,
  onPick,
  onSelect,
  detailed,
  className,
}: MailTextProps) {
  const root = useRef<HTMLDivElement>(null);
  const parts = useMemo(() => {
    const marks: Mark[] = [
      ...facts.map(({ id, start, end }) => ({ id, start, end, kind: "fact" as const })),
      ...clues.map(({ start, end }, i) => ({ id: `clue-${i}`, start, end, kind: "clue" as const })),
    ];
    // Of marks over one another the shortest comes first: it is the one that is meant.
    return layOut(
      body,
      marks.sort((a, b) => a.end - a.start - (b.end - b.start)),
      passages,
    );
  }, [body, facts, clues, passages]);

  usePointer(root, onHover, onPick);
  useSelection(root, body.text, onSelect);

  return (
    <div ref={root} className={cn("mail-text", className)}>
      {parts.length === 0 ? <p className="text-subtle-foreground">This mail has no text.</p> : null}
      {parts.map((part) => (
        <PartView
          key={part.at}
          part={part}
          active={active}
          detailed={detailed}
          passages={passages}
          project={project}
          onMove={onMove}
          onAnswer={onAnswer}
        />
      ))}
    </div>
  );
}

const none: readonly never[] = [];

interface MarkLook {
  active: string | null;
  detailed?: string;
}

function PartView({
  part,
  active,
  detailed,
  passages,
  project,
  onMove,
  onAnswer,
}: MarkLook &
  Pick<MailTextProps, "project" | "onMove" | "onAnswer"> & {
    part: Part;
    passages: readonly NamedPassage[];
  }) {
  if (part.kind === "forward_header") return <ForwardHeader part={part} />;
  const paragraph = (p: Paragraph) => (
    <p key={p.at} className="mb-2.5 max-md:mb-3.5">
      {p.pieces.map((piece) => (
        <PieceView key={piece.at} piece={piece} active={active} detailed={detailed} />
      ))}
    </p>
  );
  const stretches = stretchesOf(part.paragraphs, passages);
  // Two parts about one project are told apart by their numbers.
  const regionOf = (passage: NonNullable<(typeof stretches)[number]["passage"]>) => {
    const alike = stretches.filter(
      (s) => s.passage?.project === passage.project && s.passage.unsure === passage.unsure,
    );
    const name = passage.unsure ? `May belong to ${passage.name}` : `About ${passage.name}`;
    return alike.length > 1 ? `${name}, part ${alike.findIndex((s) => s.passage === passage) + 1}` : name;
  };
  const text = stretches.map(({ passage, paragraphs }) =>
    passage ? (
      <section
        key={paragraphs[0]?.at}
        aria-label={regionOf(passage)}
        data-passage={passage.project}
        className={cn(
          "-ml-3.5 mb-2.5 border-l-2 pl-3 max-md:mb-3.5",
          passage.unsure
            ? "border-warning-line border-dashed"
            : passage.project === project
              ? "border-primary"
              : "border-border-strong",
        )}
      >
        {passage.unsure ? (
          <Doubt passage={passage} onAnswer={onAnswer} />
        ) : (
          <Heading passage={passage} onMove={onMove} />
        )}
        {paragraphs.map(paragraph)}
      </section>
    ) : (
      <Fragment key={paragraphs[0]?.at}>{paragraphs.map(paragraph)}</Fragment>
    ),
  );
  if (part.folded) return <Fold part={part}>{text}</Fold>;
  if (part.kind === "quoted" || part.kind === "forwarded")
    return <div className="border-border-strong border-l-2 pl-4">{text}</div>;
  return <Fragment>{text}</Fragment>;
}

/** Which project a part is about. */
function Heading({ passage, onMove }: { passage: NamedPassage } & Pick<MailTextProps, "onMove">) {
  return (
    <div className="mb-1 flex select-none items-center gap-x-3 font-sans text-muted-foreground text-xs">
      <p aria-hidden className="min-w-0 max-md:flex-1">
        About <span className="font-medium text-foreground">{passage.name}</span>
      </p>
      {onMove ? (
        <Button
          look="link"
          className="touch-target gap-1 font-medium text-muted-foreground text-xs hover:text-primary [&_svg]:size-3.5"
          aria-label={`Move part about ${passage.name}`}
          onClick={() => onMove(passage.start)}
        >
          <FolderInput aria-hidden strokeWidth={1.75} /> Move part
        </Button>
      ) : null}
    </div>
  );
}

/** Asks whether a part belongs to another project. */
function Doubt({ passage, onAnswer }: { passage: NamedPassage } & Pick<MailTextProps, "onAnswer">) {
  return (
    <div className="mb-1 flex select-none flex-wrap items-center gap-x-3 gap-y-1 font-sans text-muted-foreground text-xs max-md:gap-y-3">
      <p aria-hidden className="flex min-w-0 items-center gap-1.5">
        <CircleHelp className="size-3.5 shrink-0 text-warning" />
        <span>
          This part may belong to <span className="font-medium text-foreground">{passage.name}</span>
        </span>
      </p>
      {onAnswer ? (
        <span className="flex gap-x-3 max-md:gap-x-6 max-md:pb-2">
          <Button
            look="link"
            className="touch-target font-medium text-xs"
            aria-label={`Move it there: ${passage.name}`}
            onClick={() => onAnswer(passage, true)}
          >
            Move it there
          </Button>
          <Button
            look="link"
            className="touch-target font-medium text-muted-foreground text-xs"
            aria-label={`Keep it here, not on ${passage.name}`}
            onClick={() => onAnswer(passage, false)}
          >
            Keep it here
          </Button>
        </span>
      ) : null}
    </div>
  );
}

/** Paragraphs by the passage they stand in. */
function stretchesOf(
  paragraphs: readonly Paragraph[],
  passages: readonly NamedPassage[],
): { passage?: NamedPassage; paragraphs: Paragraph[] }[] {
  const groups: { passage?: NamedPassage; paragraphs: Paragraph[] }[] = [];
  for (const p of paragraphs) {
    const passage = p.stretch === undefined ? undefined : passages[p.stretch];
    const last = groups.at(-1);
    if (last && last.passage === passage) last.paragraphs.push(p);
    else groups.push({ passage, paragraphs: [p] });
  }
  return groups;
}

function PieceView({ piece, active, detailed }: MarkLook & { piece: Piece }) {
  const look = cn(piece.hard && "whitespace-pre-line", piece.clue && "match-clue");
  if (piece.facts.length === 0) {
    return (
      <span data-at={piece.at} className={look || undefined}>
        {piece.text}
      </span>
    );
  }
  const on = active !== null && piece.facts.includes(active);
  const shown = detailed === undefined ? piece.facts : piece.facts.filter((f) => f === detailed);
  return (
    <mark
      data-at={piece.at}
      data-facts={piece.facts.join(" ")}
      data-active={on}
      aria-details={shown.map(factElementId).join(" ") || undefined}
      className={cn("evidence rounded-[2px]", look)}
    >
      {piece.text}
    </mark>
  );
}

const foldNames = { quoted: "quoted text", signature: "signature", disclaimer: "legal notice" };

function Fold({ part, children }: { part: Part; children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const Arrow = open ? ChevronDown : ChevronRight;
  const name = foldNames[part.kind as keyof typeof foldNames] ?? "more";
  return (
    <div className="mb-2.5">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="touch-target -ml-1 inline-flex items-center gap-1 rounded-[4px] py-0.5 pr-1.5 font-sans text-muted-foreground text-xs hover:text-foreground"
      >
        <Arrow className="size-3.5" aria-hidden />
        {open ? "Hide" : "Show"} {name}
      </button>
      {open ? <div className="mt-2 border-l-2 pl-4 text-muted-foreground">{children}</div> : null}
    </div>
  );
}

/** The lines a mail program puts above what it forwards: not the sender's words, so not in their voice. */
function ForwardHeader({ part }: { part: Part }) {
  const lines = part.paragraphs.flatMap((p) =>
    p.pieces
      .map((piece) => piece.text)
      .join("")
      .split(/\r?\n/)
      .map((text, i) => ({ key: `${p.at}.${i}`, text: text.trim() }))
      .filter((line) => line.text !== ""),
  );
  return (
    <div className="mt-3 mb-2.5 border-t pt-2.5 font-sans text-muted-foreground text-xs">
      {lines.map(({ key, text }) => {
        const field = headerLine(text);
        return (
          <div key={key}>
            {field ? (
              <>
                {field[0]}: <span className="text-foreground">{field[1]}</span>
              </>
            ) : (
              text
            )}
          </div>
        );
      })}
    </div>
  );
}

/** Tells which sentence the pointer is over or presses. One listener for the whole text. */
function usePointer(
  root: RefObject<HTMLElement | null>,
  onHover: MailTextProps["onHover"],
  onPick: MailTextProps["onPick"],
): void {
  const latest = useLatest({ onHover, onPick });
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const factsOf = (event: Event) =>
      (event.target as Element).closest<HTMLElement>("[data-facts]")?.dataset.facts?.split(" ") ?? none;
    const over = (event: PointerEvent) => {
      if (event.pointerType === "mouse") latest.current.onHover?.(factsOf(event));
    };
    const leave = () => latest.current.onHover?.(none);
    const press = (event: MouseEvent) => {
      const fact = factsOf(event)[0];
      if (fact && document.getSelection()?.isCollapsed !== false) latest.current.onPick?.(fact);
    };
    element.addEventListener("pointerover", over);
    element.addEventListener("pointerleave", leave);
    element.addEventListener("click", press);
    return () => {
      element.removeEventListener("pointerover", over);
      element.removeEventListener("pointerleave", leave);
      element.removeEventListener("click", press);
    };
  }, [root, latest]);
}

const SELECT_REST_MS = 500;

/** Tells the words that were selected, once the pointer is up or, on touch, the handles rest. */
function useSelection(
  root: RefObject<HTMLElement | null>,
  text: string,
  onSelect: MailTextProps["onSelect"],
): void {
  const latest = useLatest(onSelect);
  const listening = onSelect !== undefined;
  useEffect(() => {
    if (!listening) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let down = false;
    const take = () => {
      const selection = document.getSelection();
      const proof = root.current && selection && proofOf(root.current, selection, text);
      if (!proof) return;
      latest.current?.(proof);
      selection.removeAllRanges(); // the mark shows it from here on
    };
    const press = () => {
      down = true;
    };
    const lift = () => {
      down = false;
      clearTimeout(timer);
      timer = setTimeout(take);
    };
    const change = () => {
      clearTimeout(timer);
      if (!down) timer = setTimeout(take, SELECT_REST_MS);
    };
    document.addEventListener("pointerdown", press);
    document.addEventListener("pointerup", lift);
    document.addEventListener("selectionchange", change);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerdown", press);
      document.removeEventListener("pointerup", lift);
      document.removeEventListener("selectionchange", change);
    };
  }, [root, text, listening, latest]);
}

/** A boundary inside a piece as an offset in its text; null when it is outside. */
function unitIn(piece: HTMLElement, node: Node, offset: number): number | null {
  if (!piece.contains(node)) return null;
  if (node.nodeType === Node.TEXT_NODE) return offset;
  return offset === 0 ? 0 : (piece.textContent?.length ?? 0);
}

/** Where a selection stands in the mail, without white space at its ends; null when it holds none of it. */
export function proofOf(root: HTMLElement, selection: Selection, text: string): Proof | null {
  if (selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  let start = -1;
  let end = -1;
  for (const piece of root.querySelectorAll<HTMLElement>("[data-at]")) {
    if (!range.intersectsNode(piece)) continue;
    const at = Number(piece.dataset.at);
    const length = piece.textContent?.length ?? 0;
    if (start < 0) start = at + (unitIn(piece, range.startContainer, range.startOffset) ?? 0);
    end = at + (unitIn(piece, range.endContainer, range.endOffset) ?? length);
  }
  if (start < 0 || end <= start) return null;
  const words = text.slice(start, end);
  start += words.length - words.trimStart().length;
  end -= words.length - words.trimEnd().length;
  if (end <= start) return null;
  const at = offsetsOf(text);
  return { start: at.toPoint(start), end: at.toPoint(end), quote: text.slice(start, end) };
}
