import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { slicePoints } from "../lib/code-points";
import { MailText, proofOf } from "./mail-text";

const text =
  "Dana 👷,\n\nwe shift the curb 14 in. north 🏗️ so it clears. Send\nthe drawing.\n\n> what about C/4?\n";
const length = [...text].length;
const quoted = [...text.slice(0, text.indexOf(">"))].length;
const body = {
  text,
  html: false,
  spans: [
    { kind: "new" as const, start: 0, end: quoted },
    { kind: "quoted" as const, start: quoted, end: length },
  ],
};

/** A fact over the first place of some words. */
function fact(id: string, words: string) {
  const start = [...text.slice(0, text.indexOf(words))].length;
  return { id, start, end: start + [...words].length };
}

function select(from: Node, start: number, to: Node, end: number): Selection {
  const range = document.createRange();
  range.setStart(from, start);
  range.setEnd(to, end);
  const selection = document.getSelection() as Selection;
  selection.removeAllRanges();
  selection.addRange(range);
  return selection;
}

describe("a mail's text", () => {
  const curb = fact("fa_1", "we shift the curb 14 in. north 🏗️ so it clears.");
  const north = fact("fa_2", "14 in. north 🏗️");

  it("marks each fact's words, and points from them to the fact", () => {
    const { container } = render(<MailText body={body} facts={[curb, north]} active="fa_1" />);
    const words = (id: string) =>
      [...container.querySelectorAll(`mark[data-facts~="${id}"]`)].map((m) => m.textContent).join("");
    expect(words("fa_1")).toBe("we shift the curb 14 in. north 🏗️ so it clears.");
    expect(words("fa_2")).toBe("14 in. north 🏗️");
    const inner = screen.getByText("14 in. north 🏗️");
    expect(inner).toHaveAttribute("aria-details", "fact-fa_2 fact-fa_1");
    expect(inner).toHaveAttribute("data-active", "true");
  });

  it("folds what is quoted until it is asked for", async () => {
    render(<MailText body={body} facts={[]} />);
    expect(screen.queryByText(/what about/)).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Show quoted text" }));
    expect(screen.getByText(/what about/)).toBeVisible();
  });

  it("means the innermost fact where facts lie over one another", async () => {
    const onPick = vi.fn();
    render(<MailText body={body} facts={[curb, north]} onPick={onPick} />);
    await userEvent.click(screen.getByText("14 in. north 🏗️"));
    expect(onPick).toHaveBeenCalledWith("fa_2");
  });
});

describe("selected words", () => {
  const setUp = () => render(<MailText body={body} facts={[fact("fa_2", "14 in. north 🏗️")]} />).container;

  it("become a proof in code points, across marks and without white space at the ends", () => {
    const root = setUp();
    const mark = screen.getByText("14 in. north 🏗️").firstChild as Text;
    const after = mark.parentElement?.nextElementSibling?.firstChild as Text;
    const proof = proofOf(root, select(mark, 2, after, " so it clears. ".length), text);
    expect(proof?.quote).toBe("in. north 🏗️ so it clears.");
    expect(slicePoints(text, proof?.start ?? 0, proof?.end ?? 0)).toBe(proof?.quote);
  });

  it("across paragraphs are the mail's own words between, line breaks and all", () => {
    const root = setUp();
    const [hello] = root.querySelectorAll("p");
    const mark = screen.getByText("14 in. north 🏗️").firstChild as Text;
    const start = hello?.firstElementChild?.firstChild as Text;
    const proof = proofOf(root, select(start, "Dana ".length, mark, 2), text);
    expect(proof?.quote).toBe("👷,\n\nwe shift the curb 14");
    expect(proof?.start).toBe(5);
  });

  it("outside the mail, or none, are no proof", () => {
    const root = setUp();
    const outside = document.body.appendChild(document.createElement("p"));
    outside.textContent = "elsewhere";
    expect(
      proofOf(root, select(outside.firstChild as Text, 0, outside.firstChild as Text, 4), text),
    ).toBeNull();
    const word = screen.getByText("14 in. north 🏗️").firstChild as Text;
    expect(proofOf(root, select(word, 3, word, 3), text)).toBeNull();
    outside.remove();
  });
});
