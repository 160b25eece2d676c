/** Round numbers for the side of a chart: where it ends, and three or four lines on the way. */
export function axis(most: number): { top: number; ticks: number[] } {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  // Of the two steps that leave few lines, the one that leaves less room above.
  const [step, top] = [1, 2, 4, 5, 10]
    .map((n) => n * power)
    .filter((n) => n >= rough)
    .slice(0, 2)
    .map((n) => [n, Math.ceil(Math.max(most, 1) / n) * n] as const)
    .reduce((a, b) => (b[1] < a[1] ? b : a));
  return { top, ticks: Array.from({ length: top / step + 1 }, (_, i) => i * step) };
}
