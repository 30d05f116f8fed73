import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { invalid, notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { type ListSource, readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { iso } from "../wire/time.ts";
import { getEnvironment } from "./store.ts";

export const CreateRedirectUri = z.object({ uri: z.string().min(1), default: z.boolean().optional() });
type CreateRedirectUri = z.infer<typeof CreateRedirectUri>;

export interface RedirectUriRow {
  id: string;
  uri: string;
  is_default: boolean;
  created_at: Date;
  updated_at: Date;
}

const COUNT = sql(
  "redirect_uri_count",
  "SELECT count(*)::int AS count FROM identity.redirect_uris WHERE environment_id = $1",
);
const INSERT = sql(
  "redirect_uri_insert",
  `INSERT INTO identity.redirect_uris (id, environment_id, uri, is_default, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (environment_id, uri) DO NOTHING RETURNING *`,
);
const FIND = sql(
  "redirect_uri_find",
  "SELECT * FROM identity.redirect_uris WHERE environment_id = $1 AND id = $2 FOR UPDATE",
);
const CLEAR_DEFAULT = sql(
  "redirect_uri_clear_default",
  `UPDATE identity.redirect_uris SET is_default = false, updated_at = now()
   WHERE environment_id = $1 AND is_default AND id <> $2`,
);
const SET_DEFAULT = sql(
  "redirect_uri_set_default",
  "UPDATE identity.redirect_uris SET is_default = true, updated_at = now() WHERE environment_id = $1 AND id = $2 RETURNING *",
);
const DELETE = sql(
  "redirect_uri_delete",
  "DELETE FROM identity.redirect_uris WHERE environment_id = $1 AND id = $2",
);

export function redirectUris(environmentId: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.redirect_uris AS row",
    where: ["row.environment_id = $1"],
    values: [environmentId],
  };
}

/** Registers where sign-ins may return to. The first one is the default, where it may be one. */
export async function createRedirectUri(
  db: Database,
  environmentId: string,
  wanted: CreateRedirectUri,
): Promise<RedirectUriRow> {
  const { kind } = await getEnvironment(db, environmentId);
  const { redirectUriProblem } = await import("#lib/shared/redirect-uri.ts"); // brings the list of public suffixes
  return await db.transaction(environmentId, async (run) => {
    const [known] = await run<{ count: number }>(COUNT, [environmentId]);
    const first = known?.count === 0 && redirectUriProblem(wanted.uri, { kind, isDefault: true }) === null;
    const isDefault = wanted.default ?? first;
    const problem = redirectUriProblem(wanted.uri, { kind, isDefault });
    if (problem) throw invalid([{ field: "uri", code: "invalid_redirect_uri", message: problem }], problem);
    const id = newId("redir");
    if (isDefault) await run(CLEAR_DEFAULT, [environmentId, id]);
    const [row] = await run<RedirectUriRow>(INSERT, [
      id,
      environmentId,
      wanted.uri,
      isDefault,
      createdAt(id),
    ]);
    if (!row) throw refused(422, `Redirect URI '${wanted.uri}' already exists.`);
    return row;
  });
}

export async function makeDefaultRedirectUri(
  db: Database,
  environmentId: string,
  id: string,
): Promise<RedirectUriRow> {
  const { kind } = await getEnvironment(db, environmentId);
  const { redirectUriProblem } = await import("#lib/shared/redirect-uri.ts"); // brings the list of public suffixes
  return await db.transaction(environmentId, async (run) => {
    const { uri } = await find(run, environmentId, id);
    const problem = redirectUriProblem(uri, { kind, isDefault: true });
    if (problem)
      throw invalid([{ field: "default", code: "invalid_redirect_uri", message: problem }], problem);
    await run(CLEAR_DEFAULT, [environmentId, id]);
    const [row] = await run<RedirectUriRow>(SET_DEFAULT, [environmentId, id]);
    if (!row) throw notFound("Redirect URI", id);
    return row;
  });
}

export async function removeRedirectUri(db: Database, environmentId: string, id: string): Promise<void> {
  await db.transaction(environmentId, async (run) => {
    const { is_default } = await find(run, environmentId, id);
    if (is_default) throw refused(409, "Cannot delete the default redirect URI.");
    await run(DELETE, [environmentId, id]);
  });
}

export function redirectUriToWire(row: RedirectUriRow) {
  return {
    object: "redirect_uri" as const,
    id: row.id,
    uri: row.uri,
    default: row.is_default,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

/** The redirect URIs on the wire of applications: `/user_management/redirect_uris`. */
export function redirectUriRoutes(app: FastifyInstance, { db }: Service): void {
  app.post("/user_management/redirect_uris", async ({ environmentId, body }, reply) => {
    const made = await createRedirectUri(db, environmentId, parse(CreateRedirectUri, body));
    return reply.code(201).send(redirectUriToWire(made));
  });
  app.get<{ Querystring: Params }>("/user_management/redirect_uris", async ({ environmentId, query }) =>
    readList<RedirectUriRow, unknown>(
      db,
      environmentId,
      redirectUris(environmentId),
      readPage(query),
      redirectUriToWire,
    ),
  );
  app.delete<{ Params: { id: string } }>(
    "/user_management/redirect_uris/:id",
    async ({ environmentId, params }, reply) => {
      await removeRedirectUri(db, environmentId, params.id);
      return reply.code(204).send();
    },
  );
}

async function find(run: Run, environmentId: string, id: string): Promise<RedirectUriRow> {
  const [row] = await run<RedirectUriRow>(FIND, [environmentId, id]);
  if (!row) throw notFound("Redirect URI", id);
  return row;
}
