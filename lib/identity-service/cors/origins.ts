import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Database, sql } from "../db.ts";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { invalid, notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { type ListSource, readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { iso } from "../wire/time.ts";

export const CreateOrigin = z.object({ origin: z.string().trim().min(1).max(300) });

interface OriginRow {
  id: string;
  origin: string;
  created_at: Date;
  updated_at: Date;
}

const INSERT = sql(
  "cors_origin_insert",
  `INSERT INTO identity.cors_origins (id, environment_id, origin, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
   ON CONFLICT (environment_id, origin) DO NOTHING RETURNING *`,
);
const DELETE = sql(
  "cors_origin_delete",
  "DELETE FROM identity.cors_origins WHERE environment_id = $1 AND id = $2 RETURNING id",
);

/** The origins on the wire of applications, which know no way to take one away. */
export function corsOriginRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/user_management/cors_origins";
  app.post(at, async ({ environmentId, body }, reply) => {
    const made = await createOrigin(db, environmentId, parse(CreateOrigin, body).origin);
    return reply.code(201).send(originToWire(made));
  });
  app.get<{ Querystring: Params }>(at, async ({ environmentId, query }) =>
    readList<OriginRow, unknown>(db, environmentId, origins(environmentId), readPage(query), originToWire),
  );
}

export function managedCorsOriginRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/environments/:env/cors_origins";
  app.post<{ Params: { env: string } }>(at, async ({ params, body }, reply) => {
    const made = await createOrigin(db, params.env, parse(CreateOrigin, body).origin);
    return reply.code(201).send(originToWire(made));
  });
  app.get<{ Params: { env: string }; Querystring: Params }>(at, async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    return await readList<OriginRow, unknown>(db, id, origins(id), readPage(query), originToWire);
  });
  app.delete<{ Params: { env: string; id: string } }>(`${at}/:id`, async ({ params }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    const gone = await db.query(id, DELETE, [id, params.id]);
    if (gone.length === 0) throw notFound("CORS Origin", params.id);
    return reply.code(204).send();
  });
}

function origins(environmentId: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.cors_origins AS row",
    where: ["row.environment_id = $1"],
    values: [environmentId],
  };
}

async function createOrigin(db: Database, environmentId: string, given: string): Promise<OriginRow> {
  const { kind } = await getEnvironment(db, environmentId);
  const origin = requireOrigin(given, kind);
  const id = newId("cors_origin");
  const [row] = await db.query<OriginRow>(environmentId, INSERT, [id, environmentId, origin, createdAt(id)]);
  if (!row) throw refused(409, `CORS origin '${origin}' already exists.`, "cors_origin_already_exists");
  return row;
}

/** The origin as browsers write it. @throws WireError 422 where it is none, or could be anybody's on the way. */
function requireOrigin(given: string, kind: "production" | "staging"): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (!url || !isWeb || `${url.origin}/` !== url.href || url.hostname.includes("*"))
    throw badOrigin("Write an origin like https://app.example.com, with no path.");
  if (kind === "production" && url.protocol === "http:" && url.hostname !== "127.0.0.1")
    throw badOrigin("The origin of a production environment begins with https://.");
  return url.origin;
}

function badOrigin(message: string) {
  return invalid([{ field: "origin", code: "invalid_origin", message }], message);
}

function originToWire(row: OriginRow) {
  return {
    object: "cors_origin" as const,
    id: row.id,
    origin: row.origin,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
