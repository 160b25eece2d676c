import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// A token edit must not break WCAG 2.2 AA: text 4.5 to 1, what is drawn 3 to 1.

type Linear = [r: number, g: number, b: number];

/** oklch(L C H) as linear sRGB, cut to what a screen shows. */
function linear(token: string): Linear {
  const [l = 0, c = 0, h = 0] = token.match(/[\d.]+/g)?.map(Number) ?? [];
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const [x, y, z] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ] as Linear;
  const rgb: Linear = [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ];
  return rgb.map((v) => Math.min(1, Math.max(0, v))) as Linear;
}

function contrast(one: string, other: string): number {
  const [hi = 0, lo = 0] = [one, other]
    .map(linear)
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((a, b) => b - a);
  return (hi + 0.05) / (lo + 0.05);
}

const css = readFileSync(new URL("./app.css", import.meta.url), "utf8");

function tokens(selector: string): Record<string, string> {
  const start = css.indexOf(`\n${selector} {`);
  const block = css.slice(start, css.indexOf("\n}", start));
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (oklch\([^)/]*\));/g)].map(([, name, value]) => [name, value]),
  );
}

const kinds = ["decision", "action", "scope", "budget", "timeline", "risk", "key", "people"];
const grounds = ["background", "card", "popover", "muted", "accent", "secondary"];

const text: [string, string][] = [
  ...grounds.flatMap((g): [string, string][] => [
    ["foreground", g],
    ["muted-foreground", g],
  ]),
  ...["background", "card", "muted", "sidebar"].map((g): [string, string] => ["subtle-foreground", g]),
  ...["background", "card", "accent"].flatMap((g): [string, string][] => [
    ["primary", g],
    ["destructive", g],
  ]),
  ["primary-foreground", "primary"],
  ["primary-foreground", "primary-hover"],
  ["primary-soft-foreground", "primary-soft"],
  ["muted-foreground", "primary-soft"],
  ["foreground", "primary-soft"],
  ["secondary-foreground", "secondary"],
  ["destructive", "destructive-soft"],
  ["destructive-foreground", "destructive"],
  ["success", "success-soft"],
  ["warning", "warning-soft"],
  ["foreground", "warning-soft"],
  ["foreground", "destructive-soft"],
  ["sidebar-foreground", "sidebar"],
  ["sidebar-accent-foreground", "sidebar-accent"],
  ["muted-foreground", "sidebar-accent"],
  ["evidence-foreground", "evidence"],
  ["evidence-foreground", "evidence-idle"],
  ["background", "foreground"],
  ...kinds.flatMap((k): [string, string][] => [
    [`ev-${k}-fg`, `ev-${k}-bg`],
    [`ev-${k}-fg`, "card"],
    [`ev-${k}-fg`, "accent"],
  ]),
];

const drawn: [string, string][] = [
  ["input", "card"],
  ["input", "background"],
  ["ring", "card"],
  ["ring", "background"],
  ["ring", "sidebar"],
  ["primary", "sidebar"],
  ["warning-line", "card"],
  ["evidence-line", "card"],
  ...kinds.map((k): [string, string] => [`ev-${k}`, "card"]),
  ["chart-1", "card"],
];

describe.each([
  ["light", ":root"],
  ["dark", ".dark"],
])("%s", (_, selector) => {
  const t = tokens(selector);
  const of = (a: string, b: string) => {
    const [one, other] = [t[a], t[b]];
    if (!one || !other) throw new Error(`no token ${one ? b : a}`);
    return contrast(one, other);
  };
  it.each(text)("%s can be read on %s", (a, b) => expect(of(a, b)).toBeGreaterThanOrEqual(4.5));
  it.each(drawn)("%s can be seen on %s", (a, b) => expect(of(a, b)).toBeGreaterThanOrEqual(3));
});
