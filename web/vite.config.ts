import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const compressible = /\.(html|js|css|svg|json)$/;

/** Writes .br and .gz beside every text file, so that the server compresses nothing while it serves. */
function precompress(): Plugin {
  let dir = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      dir = join(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !compressible.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const bytes = readFileSync(path);
        if (bytes.length < 1024) continue;
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
        );
      }
    },
  };
}

/** The tests that put something in the place of a module, which others must not see. */
const apart = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => `src/${file.replaceAll("\\", "/")}`)
  .filter((file) => /\.test\.tsx?$/.test(file) && /\bvi\.(do)?mock\(/i.test(readFileSync(file, "utf8")));

/** Tests without components that still need a browser's storage or events. */
const dom = ["src/**/*.dom.test.ts"];

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: "react",
      // Tests open the whole app; pages in pieces would only make them wait.
      autoCodeSplitting: !process.env.VITEST,
      routesDirectory: "src/routes",
      generatedRouteTree: "src/route-tree.gen.ts",
      quoteStyle: "double",
      semicolons: true,
    }),
    react(),
    tailwindcss(),
    precompress(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2023",
    // public/.gitkeep is copied along, so emptying dist leaves the work tree clean.
    emptyOutDir: true,
    // Fonts stay files of their own: inlined they would be fetched even when unused.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      "/api": process.env.PROJECTR_DEV_API ?? "http://127.0.0.1:8080",
    },
  },
  test: {
    env: { TZ: "America/New_York" },
    restoreMocks: true,
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "logic",
          environment: "node",
          include: ["src/**/*.test.ts"],
          exclude: dom,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          environment: "jsdom",
          setupFiles: ["src/test/setup.ts"],
          include: ["src/**/*.test.tsx", ...dom],
          exclude: apart,
          // Modules are loaded once and not for each file, in a third of the time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: "apart", environment: "jsdom", setupFiles: ["src/test/setup.ts"], include: apart },
      },
    ],
  },
});
