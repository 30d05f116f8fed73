import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endInstallation } from "./installation.ts";
import { SHARED_FOLDER } from "./shared-installation.ts";

/** Before all browser tests: a place where they find the installations that they share. After them, those are ended. */
export default function setUp(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-shared-"));
  process.env[SHARED_FOLDER] = folder;
  return async () => {
    const left = globSync(join(folder, "installation-?.json")).map((file) =>
      JSON.parse(readFileSync(file, "utf8")),
    );
    await Promise.all(left.map(endInstallation));
    rmSync(folder, { recursive: true, force: true });
  };
}
