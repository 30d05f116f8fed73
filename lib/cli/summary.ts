import { join } from "node:path";
import type { Database } from "./database.ts";
import type { Settings } from "./env.ts";
import type { Mode } from "./programs.ts";

/** The one calm paragraph the operator sees when everything serves. */
export function summary(settings: Settings, database: Database, mode: Mode, setUpLink: string): string {
  const lines = [
    ["Console", settings.urls.console],
    ["Identity service", settings.urls.identity],
    ["Data and secrets", settings.dataDir],
    ["Database", database.where],
    ...(mode === "dev" ? [] : [["Logs", join(settings.dataDir, "logs")]]),
    ...(setUpLink ? [["First sign-in", setUpLink]] : []),
  ] as const;
  const table = lines.map(([label, value]) => `  ${label.padEnd(18)}${value}`).join("\n");
  const once = setUpLink
    ? "\n\nThe link makes the owner's account, works once, and is void after a day."
    : "";
  return `\n${HEADLINES[mode]}\n\n${table}${once}\n\nPress Ctrl-C to stop everything.`;
}

const HEADLINES: Record<Mode, string> = {
  start: "Sallyport is running.",
  dev: "Sallyport is running, and follows your changes.",
  demo: "Sallyport is running on made-up data, in a database of its own.",
};
