import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "#lib/shared/clock.ts";
import { CarriedRefused } from "#lib/shared/gateway/carried-file.ts";
import { createSealer } from "#lib/shared/sealing.ts";
import { readConfiguration } from "./configuration/read.ts";
import { keepConfiguration, sourceOf } from "./configuration/source.ts";
import { crossingWriter } from "./crossings/write.ts";
import { openPool } from "./db.ts";
import { type Env, readEnv } from "./env.ts";
import { type Carrying, confirm, exportFiles, importFiles, showStanding } from "./relay/carried/commands.ts";

// Events that are carried by hand, where no line leads: what `sallyport relay` runs, with the gateway's own settings.

const USAGE = `Usage: sallyport relay <command>

  export [--to FOLDER] [--environment ID] [--after POSITION]   writes what is new into a signed file for each environment
  import FILE... [--key KEY] [--accept-gap]                     takes such files in, and prints a receipt for each
  confirm RECEIPT [--key KEY]                                   notes what the other side has
  status                                                        this side's key, and up to where each side is

KEY is the public key that the other side's status shows. Keys of the configuration (carried_keys) need not be given.`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CarriedRefused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help || !command) return console.log(USAGE);
  await using undo = new AsyncDisposableStack();
  const carrying = await open(readEnv(), values.key ?? [], undo);
  if (command === "export")
    await exportFiles(carrying, {
      folder: values.to ?? ".",
      environmentId: values.environment ?? null,
      after: values.after ?? null,
    });
  else if (command === "import") await importFiles(carrying, rest, values["accept-gap"] ?? false);
  else if (command === "confirm") await confirm(carrying, rest[0] ?? "");
  else if (command === "status") await showStanding(carrying);
  else throw new CarriedRefused(`There is no command "${command}".\n\n${USAGE}`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        to: { type: "string" },
        environment: { type: "string" },
        after: { type: "string" },
        key: { type: "string", multiple: true },
        "accept-gap": { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new CarriedRefused(
      `${error instanceof Error ? error.message : "That makes no sense."}\n\n${USAGE}`,
    );
  }
}

/** With the configuration that the gateway has in force, so that it works while the console or the gateway is away. */
async function open(env: Env, keys: readonly string[], undo: AsyncDisposableStack): Promise<Carrying> {
  const sealer = createSealer(env.sealingKey);
  const source = sourceOf(env);
  const unscoped = openPool(env.databaseUrl, 1, null);
  undo.defer(() => unscoped.end());
  const kept = await keepConfiguration(unscoped, sealer, source.toldBy).load();
  const text = kept ?? (await source.fetch(AbortSignal.timeout(15_000)));
  if (text === null) throw new CarriedRefused("There is no configuration yet. Start the gateway once first.");
  const { configuration } = readConfiguration(text, null);
  const { id: deploymentId, customer_id: customerId } = configuration.deployment;
  const pool = openPool(env.databaseUrl, 2, deploymentId);
  undo.defer(() => pool.end());
  const side = { customerId, deploymentId };
  // Whether a console is to be sent them after all, the gateway knows.
  const write = crossingWriter(pool, { ...side, gateway: env.name }, () => env.console !== undefined);
  return {
    pool,
    sealer,
    side,
    clock: systemClock,
    folder: join(env.dataDir, "carried"),
    trusted: [...configuration.carried_keys, ...keys],
    record: (crossings) => write({ first: [], again: crossings }),
    print: (line) => console.log(line),
  };
}
