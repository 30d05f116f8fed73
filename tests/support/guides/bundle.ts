import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import tailwind from "@tailwindcss/postcss";
import { rolldown } from "rolldown";
import type * as page from "./page.tsx";

const ROOT = join(import.meta.dirname, "../../..");

/** The components of guides for Node: outside the condition `react-server`, under which the other tests run and React renders nothing. */
export async function guidesInNode(): Promise<typeof page> {
  const folder = await mkdtemp(join(tmpdir(), "guides-"));
  try {
    const file = join(folder, "page.mjs");
    const built = await bundled("node");
    await built.write({ file, format: "esm" });
    return (await import(pathToFileURL(file).href)) as typeof page;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The same for a browser, as a script that sets `window.guides`, and the console's style sheet. */
export async function guidesInBrowser(): Promise<{ script: string; style: string }> {
  const built = await bundled("browser");
  const { output } = await built.generate({
    format: "iife",
    name: "guides",
    // Next.js's own parts, such as its link, look at it.
    intro: "var process = { env: {} };",
  });
  return { script: output[0].code, style: await style() };
}

function bundled(platform: "node" | "browser") {
  return rolldown({
    input: join(import.meta.dirname, "page.tsx"),
    cwd: ROOT,
    platform,
    resolve: { conditionNames: [platform, "import", "require", "default"] },
    transform: { jsx: "react-jsx", define: { "process.env.NODE_ENV": '"production"' } },
    logLevel: "silent",
  });
}

async function style(): Promise<string> {
  const from = join(ROOT, "app/globals.css");
  // PostCSS comes with Tailwind's plug-in, which is what Next.js runs too.
  const postcss = createRequire(import.meta.resolve("@tailwindcss/postcss"))("postcss");
  return (await postcss([tailwind()]).process(await readFile(from, "utf8"), { from })).css;
}
