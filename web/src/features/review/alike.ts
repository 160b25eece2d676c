import type { Fact } from "../../api/types";
import { isLive } from "../../domain/fact-value";

const idle = new Set(
  "that this with from have will been were they them then than there their what when which would should could about into over under after before please need needs also only just some more most very".split(
    " ",
  ),
);

/** The words that tell what a fact is about, cut to their stems' length; amounts are not among them. */
function wordsOf(fact: Pick<Fact, "text">): Set<string> {
  const words = fact.text
    .toLowerCase()
    .replaceAll(/[$€£]\s?[\d,.]+k?/g, " ")
    .match(/[\p{L}\p{N}][\p{L}\p{N}-]*/gu);
  return new Set(
    (words ?? []).filter((w) => (w.length > 3 || /\d/.test(w)) && !idle.has(w)).map((w) => w.slice(0, 6)),
  );
}

/** Earlier facts of the same kind that are about the same thing by their words, the most alike first. */
export function alike(fact: Fact, facts: readonly Fact[], most = 3): Fact[] {
  const mine = wordsOf(fact);
  const scored = facts.flatMap((other) => {
    if (other.id === fact.id || other.kind !== fact.kind || other.email_id === fact.email_id) return [];
    if (Date.parse(other.at) >= Date.parse(fact.at) || !isLive(other)) return [];
    const theirs = wordsOf(other);
    const shared = [...mine].filter((w) => theirs.has(w)).length;
    const score = shared / Math.max(Math.min(mine.size, theirs.size), 1);
    return shared >= 2 || (shared === 1 && score >= 0.5) ? [{ other, score, shared }] : [];
  });
  return scored
    .sort(
      (a, b) => b.shared - a.shared || b.score - a.score || Date.parse(b.other.at) - Date.parse(a.other.at),
    )
    .slice(0, most)
    .map((s) => s.other);
}
