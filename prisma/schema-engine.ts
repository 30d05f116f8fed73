import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine, SchemasContainer } from "@prisma/schema-engine-wasm";
import pg from "pg";
import { OWNER } from "./roles.ts";

const HERE = import.meta.dirname;
export const MIGRATIONS_DIR = join(HERE, "migrations");
const SCHEMA_DIR = join(HERE, "schema");

/** Nothing is managed by hand beside the schema files; the engine wants to be told. */
export const EVERYTHING = { externalTables: [], externalEnums: [] };

/**
 * Runs `work` with Prisma's schema engine, compiled to WebAssembly: the same engine that Prisma's own command
 * downloads as a program, without the download. It acts as sallyport_owner, whoever the address logs in as.
 */
export async function withSchemaEngine<T>(
  adminUrl: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  loaded ??= loadEngine();
  const { SchemaEngine } = await loaded;
  const options = `-c role=${OWNER} -c search_path=migrations`;
  const pool = new pg.Pool({ connectionString: adminUrl, options, max: 1 });
  const adapter = bindMigrationAwareSqlAdapterFactory(new MigrationAdapter(pool, { schema: "migrations" }));
  // Which schemas of the database are ours; the models matter only to those who compare them.
  const base = join(SCHEMA_DIR, "base.prisma");
  const datamodels: [string, string][] = [[base, await readFile(base, "utf8")]];
  const engine = await SchemaEngine.new({ datamodels }, () => undefined, adapter);
  try {
    return await work(engine);
  } finally {
    engine.free();
    // The engine's own advisory lock lasts as long as its connection.
    await pool.end();
  }
}

/** Every schema file, as the engine takes them. */
export async function readSchema(): Promise<SchemasContainer> {
  const names = (await readdir(SCHEMA_DIR)).filter((name) => name.endsWith(".prisma")).sort();
  const files = names.map(async (name) => {
    const path = join(SCHEMA_DIR, name);
    return { path, content: await readFile(path, "utf8") };
  });
  return { files: await Promise.all(files) };
}

/** Every migration of the repository, oldest first. */
export async function readMigrations(): Promise<MigrationList> {
  const entries = await readdir(MIGRATIONS_DIR, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const directories = names.sort().map(async (name) => {
    const value = await readFile(join(MIGRATIONS_DIR, name, "migration.sql"), "utf8");
    return { path: name, migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value } } };
  });
  return {
    baseDir: MIGRATIONS_DIR,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(join(MIGRATIONS_DIR, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(directories),
  };
}

/**
 * Prisma's adapter as the schema engine needs it, on a pool of one connection.
 *
 * A migration is sent as it is written: the adapter would cut it at every semicolon, those of comments and function
 * bodies too. Sent whole, PostgreSQL also runs it as one transaction, so that a migration is applied or is not.
 */
class MigrationAdapter extends PrismaPg {
  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    const pool = adapter.underlyingDriver();
    adapter.executeScript = async (script) => {
      await pool.query(script);
    };
    // Some questions about the catalogue are answered in PostgreSQL's internal one-letter type, which the adapter
    // refuses to read and the engine insists on.
    let letters: number[] = [];
    pool.on("connect", (client) => {
      client.connection.prependListener("rowDescription", (message: RowDescription) => {
        letters = readLettersAsText(message);
      });
    });
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      for (const column of letters) result.columnTypes[column] = ColumnTypeEnum.Character;
      return result;
    };
    return adapter;
  }
}

interface RowDescription {
  fields: { dataTypeID: number }[];
}

/** Marks the columns of type "char" as text, and returns which they were. */
function readLettersAsText(message: RowDescription): number[] {
  const columns = message.fields.flatMap((field, column) => (field.dataTypeID === CHAR ? [column] : []));
  for (const field of message.fields) if (field.dataTypeID === CHAR) field.dataTypeID = TEXT;
  return columns;
}

const CHAR = 18;
const TEXT = 25;

// The package's own entry imports the .wasm file as a module, which Node still calls experimental and test runners
// cannot do. This is what that entry does, by hand, and once: the glue keeps views of one memory.
let loaded: Promise<Engine> | undefined;

type Engine = typeof import("@prisma/schema-engine-wasm");
type Glue = typeof import("@prisma/schema-engine-wasm/schema_engine_bg");

async function loadEngine(): Promise<Engine> {
  // The engine tells a panic's reason to this object before it traps.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(`Prisma's schema engine gave up: ${message}`);
      },
    },
  });
  const glue: Engine & Glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm");
  const wasm = await readFile(join(dirname(entry), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": engineImports(glue) });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
  return glue;
}

function engineImports(glue: Glue): WebAssembly.ModuleImports {
  const imports = { ...glue } as unknown as WebAssembly.ModuleImports;
  for (const name of Object.keys(imports)) {
    if (!name.startsWith("__wbg_setTimeout_")) continue;
    // The engine waits up to ten seconds for its lock and never cancels that; a finished program should not wait too.
    imports[name] = (callback: () => void, delayMs: number) => setTimeout(callback, delayMs).unref();
  }
  return imports;
}
