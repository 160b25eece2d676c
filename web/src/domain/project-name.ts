/** The first two words of a project's name, for beside a line: "Harrow Point Medical" → "Harrow Point". */
export function shortName(name: string): string {
  const words = name.split(/\s+/);
  return words.length <= 2
    ? name
    : words
        .slice(0, 2)
        .join(" ")
        .replace(/[,.;:–-]$/, "");
}
