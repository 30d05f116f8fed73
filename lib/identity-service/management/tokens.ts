import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { EVERY_ENVIRONMENT, sql } from "../db.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { iso, isoOrNull } from "../wire/time.ts";

interface TokenRow {
  id: string;
  name: string;
  last_used_at: Date | null;
  created_at: Date;
}

const INSERT = sql(
  "management_token_insert",
  "INSERT INTO identity.management_tokens (id, name, value_hash, created_at) VALUES ($1, $2, $3, $4) RETURNING *",
);
const DELETE = sql(
  "management_token_delete",
  "DELETE FROM identity.management_tokens WHERE id = $1 RETURNING id",
);
const LIST = { select: "SELECT row.* FROM identity.management_tokens AS row", where: [], values: [] };

/** The credentials of consoles: each its own, so that one can be taken away without the others noticing. */
export function tokenRoutes(app: FastifyInstance, { db }: Service): void {
  app.post("/management_tokens", async ({ body }, reply) => {
    const { name } = parse(z.object({ name: z.string().trim().min(1).max(120) }), body);
    const value = `spm_${randomSecret()}`;
    const id = newId("mgt");
    const values = [id, name, hashSecret(value), createdAt(id)];
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

function toWire(row: TokenRow) {
  return {
    object: "management_token" as const,
    id: row.id,
    name: row.name,
    last_used_at: isoOrNull(row.last_used_at),
    created_at: iso(row.created_at),
  };
}
