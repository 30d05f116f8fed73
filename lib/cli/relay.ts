import { spawn } from "node:child_process";
import { join } from "node:path";
import { borrowDatabase, migrateDatabase, programUrls } from "./database.ts";
import { inheritedEnvironment, readSettings } from "./env.ts";
import { readSecrets } from "./secrets.ts";

/**
 * `sallyport relay`: events that are carried by hand. It is the gateway's own program that does it, with the gateway's settings; what
 * an operator has not set is this installation's.
 */
export async function relay(args: readonly string[]): Promise<void> {
  const inherited = inheritedEnvironment();
  if (inherited.SALLYPORT_GATEWAY_DATABASE_URL || args.length === 0 || args.includes("--help"))
    return await carry(args, inherited);
  const settings = readSettings();
  const secrets = readSecrets(settings.dataDir);
  const database = await borrowDatabase(settings, secrets, "sallyport");
  try {
    await migrateDatabase(database, secrets);
    await carry(args, {
      SALLYPORT_GATEWAY_SEALING_KEY: secrets.gatewaySealingKey,
      SALLYPORT_GATEWAY_DATA_DIR: join(settings.dataDir, "gateway"),
      ...inherited,
      SALLYPORT_GATEWAY_DATABASE_URL: programUrls(database, secrets).gateway,
    });
  } finally {
    await database.server?.stop();
  }
}

/** Ends as the program does. */
async function carry(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const program = join(import.meta.dirname, "../gateway/carry.ts");
  const child = spawn(process.execPath, [program, ...args], { env, stdio: "inherit" });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
