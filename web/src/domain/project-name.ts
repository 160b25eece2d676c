/**
 * A project's name where there is little room: its first word when that says
 * enough, else the first two: "Wexcombe", "Harrow Point", "Pier 9".
 */
export function shortName(name: string): string {
  const words = name.trim().split(/\s+/);
  const n = (words[0] ?? "").length >= 7 ? 1 : 2;
  return words
    .slice(0, n)
    .join(" ")
    .replace(/[,.;:–-]$/, "");
}
