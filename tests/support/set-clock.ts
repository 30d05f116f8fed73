import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A clock that an installation's programs go by, which is moved from outside: what takes days is not waited for. */
export interface SetClock {
  /** What the installation is to be started with. */
  settings: Record<string, string>;
  /** From now on it is that much later than it is. */
  moveAhead(milliseconds: number): void;
  remove(): void;
}

export function setClock(): SetClock {
  const folder = mkdtempSync(join(tmpdir(), "set-clock-"));
  const file = join(folder, "ahead");
  const moveAhead = (milliseconds: number) => writeFileSync(file, String(milliseconds));
  moveAhead(0);
  return {
    settings: {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, "use-set-clock.ts")}`,
      TEST_CLOCK_FILE: file,
    },
    moveAhead,
    remove: () => rmSync(folder, { recursive: true }),
  };
}
