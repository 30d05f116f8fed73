import { join } from "node:path";
import type { Database } from "./database.ts";
import type { Settings } from "./env.ts";
import type { Mode } from "./programs.ts";

export type SummaryLine = readonly [label: string, value: string];

/** The one calm paragraph the operator sees when everything serves. */
export function summary(
  settings: Settings,
  database: Pick<Database, "where">,
  mode: Mode,
  signIn: readonly SummaryLine[],
): string {
  const logs = [["Logs", join(settings.dataDir, "logs")]] as const;
  const beside: SummaryLine[] = [
    ["Console", settings.urls.console],
    ["Identity service", settings.urls.identity],
  ];
  const lines: SummaryLine[] = [
    ...(mode === "gateway" ? [] : beside),
    ...gatewayLines(settings),
    ["Data and secrets", settings.dataDir],
    ["Database", database.where],
    ...(mode === "dev" ? [] : logs),
    ...signIn,
  ];
  const table = lines.map(([label, value]) => `  ${label.padEnd(18)}${value}`).join("\n");
  return `\n${HEADLINES[mode]}\n\n${table}\n\nPress Ctrl-C to stop everything.`;
}

function gatewayLines({ gateway }: Settings): SummaryLine[] {
  if (!gateway) return [];
  const { host, ports } = gateway;
  return [
    ["Gateway", `proxy at ${host}:${ports.proxy}, intake at ${host}:${ports.intake}`],
    ["How it stands", `http://${host}:${ports.health}/ready`],
  ];
}

const HEADLINES: Record<Mode, string> = {
  start: "Sallyport is running.",
  dev: "Sallyport is running, and follows your changes.",
  demo: "Sallyport is running on made-up data, in a database of its own.",
  gateway: "The boundary gateway is running.",
};
