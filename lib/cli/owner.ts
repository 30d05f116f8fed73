import { parseArgs } from "node:util";
import { generate } from "./build.ts";
import { borrowDatabase, migrateDatabase, programUrls } from "./database.ts";
import { readSettings } from "./env.ts";
import { Failure } from "./failure.ts";
import { consoleEnv } from "./programs.ts";
import { runForConsole } from "./run-for-console.ts";
import { readSecrets } from "./secrets.ts";

const USAGE = 'Usage: sallyport owner create --email olga@example.com --name "Olga Owner" < password.txt';

/** `sallyport owner create`, for installations by script. Works whether or not Sallyport runs. */
export async function createOwner(args: readonly string[]): Promise<void> {
  const { email, name } = parse(args);
  const settings = readSettings();
  const secrets = readSecrets(settings.dataDir);
  await generate(settings.root, new AbortController().signal);
  const database = await borrowDatabase(settings, secrets, "sallyport");
  try {
    await migrateDatabase(database, secrets);
    const env = consoleEnv(settings, secrets, programUrls(database, secrets), "start");
    await runForConsole(settings.root, "lib/cli/create-owner.ts", env, [email, name]);
    console.log(`${name} is an owner now, and signs in as ${email} at ${settings.urls.console}.`);
  } finally {
    await database.server?.stop();
  }
}

function parse(args: readonly string[]): { email: string; name: string } {
  const options = { email: { type: "string" }, name: { type: "string" } } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
  });
  const { email, name } = values;
  if (positionals[0] !== "create" || typeof email !== "string" || typeof name !== "string")
    throw new Failure(USAGE);
  return { email, name };
}
