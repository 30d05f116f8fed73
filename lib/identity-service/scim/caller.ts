import type { FastifyRequest } from "fastify";
import { EVERY_ENVIRONMENT, type Run, sql } from "../db.ts";
import { activateDirectory } from "../directories/commands.ts";
import type { DirectoryRow } from "../directories/directory.ts";
import { type Ingest, into } from "../directories/ingest/ingest.ts";
import type { Proof } from "../directories/proof.ts";
import { bearer } from "../environments/callers.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { ScimError } from "./errors.ts";

/** The provider that sends a request, as its token says. */
export interface Caller {
  service: Service;
  directory: DirectoryRow;
  /** The address that its resources have. */
  location: string;
  /** Null where the token was looked up for this very request; otherwise what is done has to ask once more. */
  proof: Proof | null;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Whatever this route does asks for the caller's proof in its own statements. */
    asksForProof?: boolean;
  }
}

// Looked up across environments: the token is what says which one. That it was used is noted once a minute.
const FIND = sql(
  "directory_token_find",
  `WITH found AS (
     SELECT t.id AS token_id, t.last_used_at AS token_used_at, d.* FROM identity.directory_tokens AS t
     JOIN identity.directories AS d ON d.id = t.directory_id
     WHERE t.value_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
       AND d.external_key = $2),
   used AS (
     UPDATE identity.directory_tokens SET last_used_at = now()
     WHERE id = (SELECT token_id FROM found WHERE token_used_at IS NULL OR token_used_at < now() - interval '1 minute')),
   heard AS (
     UPDATE identity.directories SET last_sync_at = now()
     WHERE id = (SELECT id FROM found WHERE last_sync_at IS NULL OR last_sync_at < now() - interval '1 minute'))
   SELECT * FROM found`,
);

const REMEMBERED_MS = 30_000;
const REMEMBERED_MAX = 1_000;
const remembered = new Map<string, { directory: DirectoryRow; at: number }>();

/**
 * Who sends a request. Where its route asks for proof, somebody seen a moment ago is not looked up again.
 * @throws ScimError 401 without a token that is good for this directory.
 */
export async function requireCaller(
  service: Service,
  request: FastifyRequest,
  externalKey: string,
  anew = false,
): Promise<Caller> {
  const tokenHash = hashSecret(bearer(request));
  const location = `${service.env.baseUrl}/scim/v2.0/${externalKey}`;
  const known = anew || !request.routeOptions.config.asksForProof ? null : recall(tokenHash, externalKey);
  if (known) {
    const proof = { tokenHash, directoryId: known.id, since: known.updated_at };
    return { service, directory: known, location, proof };
  }
  remembered.delete(tokenHash);
  const [directory] = await service.db.query<DirectoryRow>(EVERY_ENVIRONMENT, FIND, [tokenHash, externalKey]);
  if (!directory) throw new ScimError(401, "The token is not good for this directory.");
  const caller = { service, directory, location, proof: null };
  if (directory.state === "linked") remember(tokenHash, directory);
  else await together(caller, async ({ run, now }) => await activateDirectory(run, directory, now));
  return caller;
}

function recall(tokenHash: string, externalKey: string): DirectoryRow | null {
  const known = remembered.get(tokenHash);
  if (!known || known.at < Date.now() - REMEMBERED_MS) return null;
  return known.directory.external_key === externalKey ? known.directory : null;
}

function remember(tokenHash: string, directory: DirectoryRow): void {
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(tokenHash, { directory, at: Date.now() });
}

/** For work that takes several statements. */
export async function together<T>(
  { service: { db, clock }, directory, proof }: Caller,
  work: (ingest: Ingest) => Promise<T>,
): Promise<T> {
  return await db.transaction(
    directory.environment_id,
    async (run) => await work({ ...into(directory, run, clock()), proof }),
  );
}

/** For work that is one statement, which is a transaction already; only provisioning makes it several. */
export async function atOnce<T>(caller: Caller, work: (ingest: Ingest) => Promise<T>): Promise<T> {
  const { service, directory } = caller;
  const run: Run = async (statement, values) =>
    await service.db.query(directory.environment_id, statement, values);
  const ingest = { ...into(directory, run, service.clock()), proof: caller.proof };
  return ingest.settings.provisioning ? await together(caller, work) : await work(ingest);
}

/** Turns what the database refuses into what SCIM calls it. */
export async function refusingTwins<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "23505")
      throw new ScimError(409, `Another resource of this directory has the same ${name}.`, "uniqueness");
    if (code === "23503") throw new ScimError(404, "The directory is gone.");
    throw error;
  }
}
