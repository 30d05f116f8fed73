import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a test can mount: as root, which CI is. */
export const canMount = spawnSync("unshare", ["--mount", "true"]).status === 0 && process.getuid?.() === 0;

/** A disk of so many megabytes, which can be filled up. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the room that is left. Once more takes what was given back since. */
  fill(): void;
  /** There is room again. */
  clear(): void;
  remove(): void;
}

export function smallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=711`, "tmpfs", folder]);
  chmodSync(folder, 0o711);
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill() {
      const descriptor = openSync(ballast, "a");
      try {
        // Down to the last page.
        for (const bytes of [1_048_576, 4_096]) {
          const piece = Buffer.alloc(bytes);
          while (takes(descriptor, piece));
        }
      } finally {
        closeSync(descriptor);
      }
    },
    clear: () => truncateSync(ballast),
    remove() {
      execFileSync("umount", ["--lazy", folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

function takes(descriptor: number, piece: Buffer): boolean {
  try {
    return writeSync(descriptor, piece) === piece.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw error;
  }
}
