import { describe, expect, it } from "vitest";
import type { Body, SpanKind } from "../api/types";
import { headerLine, layOut, type Mark } from "./mail-layout";

/** A body whose spans are the given parts, one after the other. */
function body(...parts: [SpanKind, string][]): Body {
  let start = 0;
  const spans = parts.map(([kind, text]) => {
    const span = { kind, start, end: start + [...text].length };
    start = span.end;
    return span;
  });
  return { text: parts.map(([, text]) => text).join(""), spans, html: false };
}

/** A mark over the first place of some words, counted in code points as the server does. */
function mark(text: string, words: string, id: string, kind: Mark["kind"] = "fact"): Mark {
  const start = [...text.slice(0, text.indexOf(words))].length;
  return { id, kind, start, end: start + [...words].length };
}

const marked = (b: Body, marks: Mark[], id: string) =>
  layOut(b, marks)
    .flatMap((p) => p.paragraphs.flatMap((q) => q.pieces))
    .filter((p) => p.facts.includes(id))
    .map((p) => p.text)
    .join("");

describe("marks", () => {
  it("cover the words the offsets mean, behind emoji and combining marks", () => {
    const text = "👷🏽‍♀️ Dana, e\u0301tude:\n\nshift the curb 14 in. 🏗️ north, no RFI.";
    const b = body(["new", text]);
    expect(marked(b, [mark(text, "shift the curb 14 in. 🏗️ north", "fa_1")], "fa_1")).toBe(
      "shift the curb 14 in. 🏗️ north",
    );
  });

  it("may overlap, lie in one another and run over paragraphs", () => {
    const text = "one two three\n\nfour five six";
    const b = body(["new", text]);
    const marks = [
      mark(text, "two three\n\nfour", "across"),
      mark(text, "three", "inside"),
      mark(text, "three\n\nfour five", "over"),
      mark(text, "five", "clue", "clue"),
    ];
    expect(marked(b, marks, "across")).toBe("two threefour");
    expect(marked(b, marks, "inside")).toBe("three");
    expect(marked(b, marks, "over")).toBe("threefour five");
    const pieces = layOut(b, marks)[0]?.paragraphs.flatMap((p) => p.pieces) ?? [];
    expect(pieces.find((p) => p.text === "three")?.facts).toEqual(["across", "inside", "over"]);
    expect(pieces.find((p) => p.clue)?.text).toBe("five");
  });

  it("that mark nothing, or stand outside, are left out", () => {
    const b = body(["new", "short"]);
    const pieces = layOut(b, [
      { id: "none", kind: "fact", start: 2, end: 2 },
      { id: "far", kind: "fact", start: 90, end: 99 },
    ])[0]?.paragraphs[0]?.pieces;
    expect(pieces).toEqual([{ at: 0, text: "short", facts: [], clue: false, hard: false }]);
  });
});

describe("pieces", () => {
  it("are slices of the source, in order, with only white space between paragraphs left out", () => {
    const text = "Hi 👷,\r\n\r\n  first line\r\nsecond\r\n \r\n\r\nthird\n";
    const b = body(["new", text]);
    let end = 0;
    for (const part of layOut(b, [mark(text, "line\r\nsec", "fa_1")])) {
      for (const p of part.paragraphs) {
        for (const piece of p.pieces) {
          expect(text.slice(piece.at, piece.at + piece.text.length)).toBe(piece.text);
          expect(text.slice(end, piece.at).trim()).toBe("");
          end = piece.at + piece.text.length;
        }
      }
    }
    expect(text.slice(end).trim()).toBe("");
  });
});

describe("line breaks", () => {
  const wrapped = [
    "Following this morning's walk with Lena we are shifting the RTU-3 curb 14",
    "inches north so it clears the beam at C/4. Lena signed the sketch on site,",
    "no RFI needed.",
    "Two things:",
    "- the revised curb shop drawing by end of day Tuesday, November 24, please",
    "- a price",
  ].join("\n");

  it("of a program are soft, those of the writer hard", () => {
    const pieces = layOut(body(["new", wrapped]), [])[0]?.paragraphs[0]?.pieces ?? [];
    const hard = pieces.filter((p) => p.hard).map((p) => wrapped.slice(p.at + 1, p.at + 6));
    expect(hard).toEqual(["Two t", "- the", "- a p"]);
    expect(pieces[0]?.text).toContain("curb 14\ninches");
  });

  it("are all meant where lines are short or unbroken", () => {
    const long = `${"A sentence that no program has broken, because it runs on. ".repeat(3)}\nMarcus`;
    for (const text of ["Dana Whitlock, AIA\nBrightline Architects\no 937.555.0142", long]) {
      const pieces = layOut(body(["new", text]), [])[0]?.paragraphs[0]?.pieces ?? [];
      expect(pieces.filter((p) => p.hard)).toHaveLength(text.split("\n").length - 1);
    }
  });
});

describe("folding", () => {
  const mail = body(
    ["new", "The duct stays.\n\n"],
    ["signature", "Dana Whitlock, AIA\n\n"],
    ["quoted", "> Please advise by 9/11.\n"],
    ["disclaimer", "Confidential.\n"],
  );
  const shape = (b: Body, marks: Mark[] = []) => layOut(b, marks).map((p) => [p.kind, p.folded]);

  it("hides what the newest author did not write", () => {
    expect(shape(mail)).toEqual([
      ["new", false],
      ["signature", true],
      ["quoted", true],
      ["disclaimer", true],
    ]);
  });

  it("shows what is forwarded, under its header", () => {
    const b = body(
      ["new", "FYI\n"],
      ["forward_header", "From: Mike\nSent: Monday\n\n"],
      ["forwarded", "Yes."],
    );
    expect(shape(b)).toEqual([
      ["new", false],
      ["forward_header", false],
      ["forwarded", false],
    ]);
  });

  it("never hides a fact's sentence", () => {
    expect(shape(mail, [mark(mail.text, "advise by 9/11", "fa_1")])[2]).toEqual(["quoted", false]);
  });

  it("shows a mail that is nothing but a quote", () => {
    expect(shape(body(["quoted", "> only this\n"]))).toEqual([["quoted", false]]);
  });

  it("takes a mail without spans as its author's words, and an empty one as nothing", () => {
    expect(shape({ text: "Hi", spans: [], html: false })).toEqual([["new", false]]);
    expect(shape(body(["new", " \n\n "]))).toEqual([]);
  });
});

describe("header lines", () => {
  it.each([
    ["From: Mike Tran <m@x.example>", ["From", "Mike Tran <m@x.example>"]],
    ["*Sent:* Monday", ["Sent", "Monday"]],
    ["Reply-To: a@x.example", ["Reply-To", "a@x.example"]],
    ["-------- Forwarded Message --------", null],
  ])("%s", (line, want) => {
    expect(headerLine(line)).toEqual(want);
  });
});
