import { newId } from "#lib/shared/ids.ts";
import { type Database, EVERY_ENVIRONMENT, json, sql } from "../db.ts";
import { addSigningKey } from "../keys/signing-keys.ts";
import type { Service } from "../service.ts";
import { invalid, notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import type { ChangeEnvironment, CreateEnvironment, EnvironmentRow } from "./environment.ts";
import { EnvironmentSettings, mergeSettings } from "./settings.ts";

const FIND = sql("environment_find", "SELECT * FROM identity.environments WHERE id = $1");
const LOCK = sql(
  "environment_lock",
  "SELECT kind, settings FROM identity.environments WHERE id = $1 FOR UPDATE",
);
const INSERT = sql(
  "environment_insert",
  `INSERT INTO identity.environments (id, name, kind, client_id, issuer, settings, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING RETURNING *`,
);
const UPDATE = sql(
  "environment_update",
  `UPDATE identity.environments SET name = coalesce($2, name), issuer = CASE WHEN $3 THEN $4 ELSE issuer END,
     settings = $5, updated_at = now()
   WHERE id = $1 RETURNING *`,
);
// Applications rely on both: `member` is what somebody has who was given nothing else.
const DEFAULT_ROLES = sql(
  "environment_default_roles",
  `INSERT INTO identity.roles (id, environment_id, slug, name, priority) VALUES ($2, $1, 'admin', 'Admin', 100), ($3, $1, 'member', 'Member', 0)`,
);
const DELETE = sql("environment_delete", "DELETE FROM identity.environments WHERE id = $1 RETURNING id");

export const environments: ListSource = {
  select: "SELECT row.* FROM identity.environments AS row",
  where: [],
  values: [],
};

export async function getEnvironment(db: Database, id: string): Promise<EnvironmentRow> {
  // Scoped to what was asked for, unless that is the word for every environment.
  const [row] = id === EVERY_ENVIRONMENT ? [] : await db.query<EnvironmentRow>(id, FIND, [id]);
  if (!row) throw notFound("Environment", id);
  return row;
}

/** A new environment, with a key for its tokens and one for its SAML messages. */
export async function createEnvironment(
  service: Service,
  wanted: CreateEnvironment,
): Promise<EnvironmentRow> {
  const made = newId("env");
  const id = wanted.id ?? made;
  const settings = mergeSettings({}, wanted.settings ?? {});
  requireNoTestMode(wanted.kind, settings);
  return await service.db.transaction(id, async (run) => {
    const [row] = await run<EnvironmentRow>(INSERT, [
      id,
      wanted.name,
      wanted.kind,
      wanted.client_id ?? newId("client"),
      wanted.issuer ?? null,
      json(settings),
      createdAt(made),
    ]);
    if (!row)
      throw refused(409, "An environment with this id or client id exists.", "environment_already_exists");
    await run(DEFAULT_ROLES, [id, newId("role"), newId("role")]);
    await addSigningKey(service, run, id, "token");
    await addSigningKey(service, run, id, "saml");
    return row;
  });
}

export async function changeEnvironment(
  db: Database,
  id: string,
  change: ChangeEnvironment,
): Promise<EnvironmentRow> {
  return await db.transaction(id, async (run) => {
    const [before] = await run<Pick<EnvironmentRow, "kind" | "settings">>(LOCK, [id]);
    if (!before) throw notFound("Environment", id);
    const settings = mergeSettings(before.settings, change.settings ?? {});
    requireNoTestMode(before.kind, settings);
    const values = [id, change.name ?? null, change.issuer !== undefined, change.issuer ?? null];
    const [row] = await run<EnvironmentRow>(UPDATE, [...values, json(settings)]);
    if (!row) throw notFound("Environment", id);
    return row;
  });
}

function requireNoTestMode(kind: EnvironmentRow["kind"], settings: unknown): void {
  if (kind !== "production" || !EnvironmentSettings.parse(settings).authentication.test_mode) return;
  throw invalid([
    {
      field: "settings.authentication.test_mode",
      code: "invalid",
      message: "Test mode signs in anybody and cannot be switched on in a production environment.",
    },
  ]);
}

export async function removeEnvironment(db: Database, id: string): Promise<void> {
  const gone = await db.query(id, DELETE, [id]);
  if (gone.length === 0) throw notFound("Environment", id);
}
