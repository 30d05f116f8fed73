import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Failure } from "./failure.ts";

const Secrets = z.strictObject({
  /** Which layout this file has. */
  version: z.literal(1),
  /** The embedded PostgreSQL's administrator. */
  databaseAdmin: z.string().min(1),
  databaseConsole: z.string().min(1),
  databaseWorker: z.string().min(1),
  databaseIdentity: z.string().min(1),
  databaseGateway: z.string().min(1),
  /** Seals what console and worker store: 32 bytes, base64. */
  sealingKey: z.base64(),
  /** The same for the identity service, which must not read theirs. */
  identitySealingKey: z.base64(),
  /** And for the boundary gateway. */
  gatewaySealingKey: z.base64(),
  session: z.string().min(32),
  /** The credential by which this console drives the identity service beside it. */
  managementToken: z.string().min(32),
});
export type Secrets = z.infer<typeof Secrets>;

/** The secrets of this installation, made the first time. Who loses the file loses all that was sealed with it. */
export function readSecrets(dataDir: string): Secrets {
  const file = join(dataDir, "secrets.json");
  if (!existsSync(file)) writeNewSecrets(dataDir, file);
  const parsed = Secrets.safeParse(withLaterOnes(file, JSON.parse(readFileSync(file, "utf8"))));
  if (!parsed.success)
    throw new Failure(`${file} is damaged. Restore it from a backup: what is stored is sealed with it.`);
  return parsed.data;
}

/** An installation from before there was a gateway has none of its secrets: they are made, and what was there stays. */
function withLaterOnes(file: string, found: unknown): unknown {
  const before = Secrets.omit({ databaseGateway: true, gatewaySealingKey: true }).safeParse(found);
  if (!before.success) return found;
  const secrets: Secrets = { ...before.data, ...gatewaySecrets() };
  const part = `${file}.${process.pid}`;
  writeFileSync(part, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, file);
  return secrets;
}

function gatewaySecrets(): Pick<Secrets, "databaseGateway" | "gatewaySealingKey"> {
  return { databaseGateway: token(), gatewaySealingKey: randomBytes(32).toString("base64") };
}

function writeNewSecrets(dataDir: string, file: string): void {
  // Others may pass through the folder, to PostgreSQL's own, but see nothing of it.
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const secrets: Secrets = {
    version: 1,
    databaseAdmin: token(),
    databaseConsole: token(),
    databaseWorker: token(),
    databaseIdentity: token(),
    sealingKey: randomBytes(32).toString("base64"),
    identitySealingKey: randomBytes(32).toString("base64"),
    ...gatewaySecrets(),
    session: token(),
    managementToken: `sp_mgmt_${token()}`,
  };
  const part = `${file}.${process.pid}`;
  writeFileSync(part, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  try {
    // Never replaces a file that another start has just written.
    linkSync(part, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(part);
  }
}

function token(): string {
  return randomBytes(32).toString("base64url");
}
