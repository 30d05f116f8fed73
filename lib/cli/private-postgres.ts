import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresAccount, REACHABLE_DIR } from "./account.ts";
import { freePort } from "./ports.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

/** Fast instead of durable: what is in it is gone when it stops. */
const FLEETING = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"];

/** A PostgreSQL of its own on a free port, in a temporary folder that goes when it stops. For tests and `db:new`. */
export async function startPrivatePostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-postgres-"));
  chmodSync(folder, 0o711);
  const postgres = await startPostgres({
    dataDir: join(folder, "data"),
    programsDir: postgresAccount() ? REACHABLE_DIR : folder,
    logFile: join(folder, "postgres.log"),
    port: await freePort(),
    password: randomBytes(16).toString("hex"),
    settings: FLEETING,
  });
  const stop = async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...postgres, stop };
}
