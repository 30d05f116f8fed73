import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Database, EVERY_ENVIRONMENT, json, sql } from "../db.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { invalid, notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { iso, isoOrNull } from "../wire/time.ts";

interface TokenRow {
  id: string;
  name: string;
  environments: string[] | null;
  access: "full" | "read";
  expires_at: Date | null;
  last_used_at: Date | null;
  created_at: Date;
}

export const CreateToken = z.object({
  name: z.string().trim().min(1).max(120),
  environments: z.array(z.string().min(1).max(64)).min(1).max(100).nullish(),
  access: z.enum(["full", "read"]).default("full"),
  expires_at: z.iso.datetime({ offset: true }).nullish(),
});

const INSERT = sql(
  "management_token_insert",
  `INSERT INTO identity.management_tokens (id, name, value_hash, environments, access, expires_at, created_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *`,
);
const UNKNOWN = sql(
  "management_token_unknown_environments",
  `SELECT wanted.id, wanted.at::int FROM unnest($1::text[]) WITH ORDINALITY AS wanted (id, at)
   WHERE NOT EXISTS (SELECT FROM identity.environments AS known WHERE known.id = wanted.id) ORDER BY wanted.at`,
);
const DELETE = sql(
  "management_token_delete",
  "DELETE FROM identity.management_tokens WHERE id = $1 RETURNING id",
);
const LIST = { select: "SELECT row.* FROM identity.management_tokens AS row", where: [], values: [] };

/** The credentials of consoles: each its own, so that one can be taken away without the others noticing. */
export function tokenRoutes(app: FastifyInstance, { db, clock }: Service): void {
  app.post("/management_tokens", async ({ body }, reply) => {
    const { name, environments, access, expires_at } = parse(CreateToken, body);
    const expiresAt = expires_at ? new Date(expires_at) : null;
    if (expiresAt && expiresAt <= clock())
      throw invalid([
        { field: "expires_at", code: "invalid", message: "The token would have expired already." },
      ]);
    await requireKnown(db, environments ?? []);
    const value = `spm_${randomSecret()}`;
    const id = newId("mgt");
    const values = [
      id,
      name,
      hashSecret(value),
      environments ? json(environments) : null,
      access,
      expiresAt,
      createdAt(id),
    ];
    const [row] = await db.query<TokenRow>(EVERY_ENVIRONMENT, INSERT, values);
    if (!row) throw notFound("Management Token", id);
    return reply.code(201).send({ ...toWire(row), value });
  });
  app.get<{ Querystring: Params }>("/management_tokens", async ({ query }) =>
    readList<TokenRow, unknown>(db, EVERY_ENVIRONMENT, LIST, readPage(query), toWire),
  );
  app.delete<{ Params: { id: string } }>("/management_tokens/:id", async ({ params }, reply) => {
    const gone = await db.query(EVERY_ENVIRONMENT, DELETE, [params.id]);
    if (gone.length === 0) throw notFound("Management Token", params.id);
    return reply.code(204).send();
  });
}

/** A credential for an environment that there is not would be good for nothing, and nobody would be told. */
async function requireKnown(db: Database, environments: readonly string[]): Promise<void> {
  const unknown = await db.query<{ id: string; at: number }>(EVERY_ENVIRONMENT, UNKNOWN, [environments]);
  if (unknown.length === 0) return;
  throw invalid(
    unknown.map(({ id, at }) => ({
      field: `environments.${at - 1}`,
      code: "environment_not_found",
      message: `There is no environment ${id}.`,
    })),
  );
}

function toWire(row: TokenRow) {
  return {
    object: "management_token" as const,
    id: row.id,
    name: row.name,
    environments: row.environments,
    access: row.access,
    expires_at: isoOrNull(row.expires_at),
    last_used_at: isoOrNull(row.last_used_at),
    created_at: iso(row.created_at),
  };
}
