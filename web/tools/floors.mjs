// Keeps the floors of src (see ARCHITECTURE.md):
//
//   main ─▶ routes ─▶ features ─▶ domain ─▶ ui ─▶ lib
//              └─────────┴──────▶ api  (types reach domain too)
//
// Never up, and never sideways between features. Route files stay under 40 lines.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src", import.meta.url));

const allowed = {
  lib: ["lib"],
  styles: [],
  ui: ["ui", "lib"],
  api: ["api", "lib"],
  domain: ["domain", "ui", "lib", "api"],
  features: ["domain", "ui", "lib", "api"],
  routes: ["routes", "features", "domain", "ui", "lib", "api"],
  test: ["api", "lib", "domain", "ui", "features", "routes", "router", "test"],
};

const faults = [];

for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || entry.name.endsWith(".gen.ts")) continue;
  const file = join(entry.parentPath, entry.name);
  const name = relative(src, file);
  const text = readFileSync(file, "utf8");
  const [floor, feature] = name.split("/");
  if (floor === "main.tsx" || floor === "router.ts") continue;
  if (!(floor in allowed)) {
    faults.push(`${name} stands on no floor`);
    continue;
  }
  if (floor === "routes" && text.split("\n").length > 41) faults.push(`${name} has more than 40 lines`);

  for (const [, from] of text.matchAll(/(?:from|import)\s*\(?\s*"((?:\.|@\/)[^"]*)"/g)) {
    const target = from.startsWith("@/") ? join(src, from.slice(2)) : resolve(dirname(file), from);
    const [to, toFeature] = relative(src, target).split("/");
    if (to === "test" && /\.test\.tsx?$/.test(name)) continue;
    const sameFeature = floor === "features" && to === "features" && feature === toFeature;
    if (!sameFeature && !allowed[floor].includes(to)) {
      faults.push(`${name} imports ${from}: ${floor} may not see ${to}`);
    }
  }
}

if (faults.length > 0) {
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exit(1);
}
