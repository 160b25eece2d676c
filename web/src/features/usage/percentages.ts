/** How many percentages admins may be told at: projectr's maxAlerts. */
const MOST = 5;

/** "70, 90 and 100%" as one types it: whole numbers, in order and each once; or what is wrong with them. */
export function parsePercentages(text: string): { at: number[] } | { wrong: string } {
  const words = text
    .replaceAll(/%|\band\b/g, " ")
    .split(/[\s,;]+/)
    .filter((w) => w !== "");
  const at: number[] = [];
  for (const word of words) {
    const n = /^\d{1,3}$/.test(word) ? Number(word) : 0;
    if (n < 1 || n > 100) return { wrong: `${word} is no percentage: write whole numbers from 1 to 100.` };
    if (!at.includes(n)) at.push(n);
  }
  if (at.length > MOST) return { wrong: `Write at most ${MOST} percentages.` };
  return { at: at.sort((a, b) => a - b) };
}

/** "70, 90, 100%": at 100% admins are told whatever they chose. */
export function formatPercentages(at: readonly number[]): string {
  return `${at.includes(100) ? at.join(", ") : [...at, 100].join(", ")}%`;
}
