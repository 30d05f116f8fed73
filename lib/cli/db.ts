import { relative } from "node:path";
import { createInterface } from "node:readline";
import { dropEverything, migrationStatus } from "#prisma/migrate.ts";
import { writeMigration } from "#prisma/new-migration.ts";
import { generate } from "./build.ts";
import { borrowDatabase, type Database, migrateDatabase } from "./database.ts";
import { readSettings } from "./env.ts";
import { Failure, runCommand } from "./failure.ts";
import { startPrivatePostgres } from "./private-postgres.ts";
import { readSecrets, type Secrets } from "./secrets.ts";

const COMMANDS: Record<string, (argument: string | undefined) => Promise<void>> = {
  generate: () => generate(readSettings().root, new AbortController().signal),
  migrate: () => withDatabase(migrateIt),
  status: () => withDatabase(showStatus),
  reset: () => withDatabase(reset),
  new: newMigration,
};

const [name = "", argument] = process.argv.slice(2);
await runCommand(async () => {
  const command = COMMANDS[name];
  if (!command) throw new Failure(`Say which: ${Object.keys(COMMANDS).join(", ")}.`);
  await command(argument);
});

async function migrateIt(database: Database, secrets: Secrets): Promise<void> {
  const applied = await migrateDatabase(database, secrets);
  console.log(applied.length === 0 ? "The database is up to date." : `Applied: ${applied.join(", ")}.`);
}

async function showStatus(database: Database): Promise<void> {
  const { missing, unknown, edited, failed } = await migrationStatus(database.adminUrl);
  const lines = [
    ["Not applied yet", missing],
    ["Applied, but not in this version", unknown],
    ["Changed since they were applied", edited],
    ["Failed half-way", failed],
  ] as const;
  const told = lines.filter(([, names]) => names.length > 0);
  console.log(
    told.map(([label, names]) => `${label}: ${names.join(", ")}.`).join("\n") ||
      "The database is up to date.",
  );
  if (told.length > 0) process.exitCode = 1;
}

async function reset(database: Database, secrets: Secrets): Promise<void> {
  console.log(
    `This deletes every customer, person, audit event and key in ${database.where}. There is no way back.`,
  );
  process.stdout.write('Type "delete everything" to go on: ');
  if ((await firstLine(process.stdin)).trim() !== "delete everything")
    return console.log("Nothing was changed.");
  await dropEverything(database.adminUrl);
  await migrateIt(database, secrets);
}

/** What is typed up to Enter; nothing where nobody can type. */
async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input })) return line;
  return "";
}

async function newMigration(name: string | undefined): Promise<void> {
  if (!name) throw new Failure("Say what the migration does: npm run db:new add_rule_expiry");
  // Compared with a throw-away database that all migrations so far made, so nobody's data decides what is written.
  const postgres = await startPrivatePostgres();
  try {
    const path = await writeMigration(`${postgres.url}/postgres`, name, new Date());
    if (!path) return console.log("The migrations match the schema files: there is nothing to write.");
    console.log(`Wrote ${relative(process.cwd(), path)}. Read it, then run npm run db:migrate.`);
  } finally {
    await postgres.stop();
  }
}

async function withDatabase(work: (database: Database, secrets: Secrets) => Promise<void>): Promise<void> {
  const settings = readSettings();
  const secrets = readSecrets(settings.dataDir);
  const database = await borrowDatabase(settings, secrets, "sallyport");
  try {
    await work(database, secrets);
  } finally {
    await database.server?.stop();
  }
}
