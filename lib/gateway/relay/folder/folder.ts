import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

const NAME = /^events-(\d{16})-(\d{16})\.ndjson$/;

/** What is put into a folder at once: the first and the last number of it, and a line for each event. */
export interface Batch {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/**
 * Puts events into a file that is whole when it appears under its name: it is written beside, brought to the disk, and renamed. Names
 * sort in the order of the events.
 */
export async function putBatch(folder: string, { from, to, lines }: Batch): Promise<void> {
  const name = `events-${numberText(from)}-${numberText(to)}.ndjson`;
  const beside = join(folder, `.${name}.part`);
  try {
    const file = await open(beside, "w", 0o640);
    try {
      await file.writeFile(`${lines.join("\n")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, join(folder, name));
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** How many files wait to be taken away. What an earlier run left unfinished is removed. */
export async function countFiles(folder: string): Promise<number> {
  let files = 0;
  for (const name of await readdir(folder)) {
    if (NAME.test(name)) files += 1;
    else if (/^\.events-\d{16}-\d{16}\.ndjson\.part$/.test(name))
      await rm(join(folder, name), { force: true });
  }
  return files;
}

/**
 * What lies there already of what is about to be put there: the last number of the file that begins with the same one and holds the
 * beginning of the same lines; null where there is none.
 * @throws Error where a file of that number holds something else: it is somebody else's, and must not be written over.
 */
export async function foundThere(
  folder: string,
  { from, lines }: Batch,
): Promise<{ to: number; lines: number } | null> {
  const beginning = `events-${numberText(from)}-`;
  for (const name of await readdir(folder)) {
    const to = name.startsWith(beginning) ? NAME.exec(name)?.[2] : undefined;
    if (to === undefined) continue;
    const there = (await readFile(join(folder, name), "utf8")).trimEnd().split("\n");
    if (there.some((line, index) => line !== lines[index]))
      throw new Error(`${name} lies there with other events. Take it away first.`);
    return { to: Number(to), lines: there.length };
  }
  return null;
}

/** The name is durable only once its folder is. Where folders cannot be opened, as on Windows, the system sees to it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (!handle) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function numberText(seq: number): string {
  return String(seq).padStart(16, "0");
}
