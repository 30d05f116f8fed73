import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endInstallation } from "./installation.ts";
import { KNOCKED_AT, leftBehind } from "./left-behind.ts";
import { SHARED_FOLDER } from "./shared-installation.ts";

/** Before all browser tests: a place where they find the installations that they share. After them, those are ended. */
export default function setUp(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-shared-"));
  process.env[SHARED_FOLDER] = folder;
  return async () => {
    const installations = globSync(join(folder, "installation-?.json")).map((file) =>
      JSON.parse(readFileSync(file, "utf8")),
    );
    await Promise.all(installations.map(endInstallation));
    rmSync(folder, { recursive: true, force: true });
    const left = leftBehind();
    if (left === null) return;
    left.delete(`${KNOCKED_AT.host}:${KNOCKED_AT.port}`);
    const packets = [...left].map(([to, count]) => `${count} packets to ${to}`);
    if (packets.length > 0) throw new Error(`Something wanted to leave this machine: ${packets.join(", ")}.`);
    console.log("Nothing wanted to leave this machine: 0 packets.");
  };
}
