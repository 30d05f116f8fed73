import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { changeDirectory, createDirectory, removeDirectory } from "../directories/commands.ts";
import {
  type CountedDirectoryRow,
  directories,
  directoryToWire,
  getDirectory,
} from "../directories/directory.ts";
import { readFilter } from "../directories/routes.ts";
import { ChangeDirectory, CreateDirectory, DirectorySettings } from "../directories/settings.ts";
import {
  addToken,
  listTokens,
  type NewToken,
  revokeToken,
  rotateToken,
  tokenToWire,
} from "../directories/tokens.ts";
import { getEnvironment } from "../environments/store.ts";
import { getSource, RequestSync, requestSync, sourceToWire } from "../ldap/sync/configure.ts";
import { syncToWire } from "../ldap/sync/source.ts";
import type { Service } from "../service.ts";
import { refused } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { isoOrNull } from "../wire/time.ts";

interface InEnvironment {
  Params: { env: string };
  Querystring: Params;
}
interface ById {
  Params: { env: string; id: string };
  Querystring: Params;
}

const HOUR_MS = 3_600_000;
export const RotateToken = z.strictObject({ overlap_hours: z.number().min(0).max(720).default(24) });

export function managedDirectoryRoutes(app: FastifyInstance, service: Service): void {
  const { db, env } = service;
  const path = "/environments/:env/directories";
  const toWire = (row: CountedDirectoryRow) => summary(row, env.baseUrl);
  app.post<InEnvironment>(path, async ({ params, body }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    const { directory, token } = await createDirectory(service, id, parse(CreateDirectory, body));
    const shown = token ? newTokenToWire(token) : null;
    return reply.code(201).send({ ...(await detail(service, directory)), token: shown });
  });
  app.get<InEnvironment>(path, async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    const source = directories(id, readFilter(query));
    return await readList<CountedDirectoryRow, unknown>(db, id, source, readPage(query), toWire);
  });
  app.get<ById>(`${path}/:id`, async ({ params }) => {
    const { id } = await getEnvironment(db, params.env);
    return await detail(service, await getDirectory(db, id, params.id));
  });
  app.patch<ById>(`${path}/:id`, async ({ params, body }) => {
    const { id } = await getEnvironment(db, params.env);
    const changed = await changeDirectory(service, id, params.id, parse(ChangeDirectory, body));
    return await detail(service, changed);
  });
  app.delete<ById>(`${path}/:id`, async ({ params }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    await removeDirectory(service, id, params.id);
    return reply.code(204).send();
  });
}

export function directoryTokenRoutes(app: FastifyInstance, service: Service): void {
  const { db, clock } = service;
  const path = "/environments/:env/directories/:id/tokens";
  app.post<ById>(path, async ({ params }, reply) => {
    const directory = await scimDirectory(service, params);
    const made = await db.transaction(
      directory.environment_id,
      async (run) => await addToken(run, directory),
    );
    return reply.code(201).send(newTokenToWire(made));
  });
  app.post<ById>(`${path}/rotate`, async ({ params, body }, reply) => {
    const { overlap_hours } = parse(RotateToken, body);
    const directory = await scimDirectory(service, params);
    const until = new Date(clock().getTime() + overlap_hours * HOUR_MS);
    return reply.code(201).send(newTokenToWire(await rotateToken(db, directory, clock(), until)));
  });
  app.delete<{ Params: ById["Params"] & { token: string } }>(`${path}/:token`, async ({ params }, reply) => {
    await revokeToken(db, await scimDirectory(service, params), params.token, clock());
    return reply.code(204).send();
  });
}

/** Trying what somebody typed about a directory server, before it is kept. */
export function ldapProbeRoutes(app: FastifyInstance, service: Service): void {
  const path = "/environments/:env/ldap_probes";
  app.post<InEnvironment>(`${path}/sign_in`, async ({ params, body }) => {
    const { id } = await getEnvironment(service.db, params.env);
    const { ProbeSignIn, probeLdap } = await import("../ldap/probe.ts");
    return await probeLdap(service, id, { purpose: "sign_in", ...parse(ProbeSignIn, body) });
  });
  app.post<InEnvironment>(`${path}/directory`, async ({ params, body }) => {
    const { id } = await getEnvironment(service.db, params.env);
    const { ProbeDirectory, probeLdap } = await import("../ldap/probe.ts");
    return await probeLdap(service, id, { purpose: "directory", ...parse(ProbeDirectory, body) });
  });
}

/** How an LDAP directory is being read, and reading it now. */
export function directorySyncRoutes(app: FastifyInstance, service: Service): void {
  const path = "/environments/:env/directories/:id/sync";
  app.get<ById>(path, async ({ params }) => {
    const directory = await ldapDirectory(service, params);
    return syncToWire(await getSource(service.db, directory), service.clock());
  });
  app.post<ById>(path, async ({ params, body }, reply) => {
    const wanted = parse(RequestSync, body);
    const source = await requestSync(service.db, await ldapDirectory(service, params), wanted);
    return reply.code(202).send(syncToWire(source, service.clock()));
  });
  app.post<ById>("/environments/:env/directories/:id/test", async ({ params }) => {
    const directory = await ldapDirectory(service, params);
    const { tryDirectory } = await import("../ldap/sync/try.ts");
    return await tryDirectory(service, directory);
  });
}

async function scimDirectory({ db }: Service, params: ById["Params"]): Promise<CountedDirectoryRow> {
  const { id } = await getEnvironment(db, params.env);
  const directory = await getDirectory(db, id, params.id);
  if (directory.source === "scim") return directory;
  throw refused(422, "A directory read from LDAP has no tokens.", "invalid_request_parameters");
}

async function ldapDirectory({ db }: Service, params: ById["Params"]): Promise<CountedDirectoryRow> {
  const { id } = await getEnvironment(db, params.env);
  const directory = await getDirectory(db, id, params.id);
  if (directory.source === "ldap") return directory;
  throw refused(422, "A directory that SCIM fills is not read from here.", "invalid_request_parameters");
}

/** A directory as whoever manages it sees it: how it is set up, and how it is doing. */
async function detail(service: Service, row: CountedDirectoryRow) {
  const tokens = await listTokens(service.db, row);
  const shown = { ...summary(row, service.env.baseUrl), tokens: tokens.map(tokenToWire) };
  if (row.source === "scim") return { ...shown, ldap: null, sync: null };
  const source = await getSource(service.db, row);
  return { ...shown, ldap: sourceToWire(source), sync: syncToWire(source, service.clock()) };
}

function summary(row: CountedDirectoryRow, baseUrl: string) {
  return {
    ...directoryToWire(row),
    domain: row.domain,
    source: row.source,
    scim_url: row.source === "scim" ? `${baseUrl}/scim/v2.0/${row.external_key}` : null,
    settings: DirectorySettings.parse(row.settings),
    last_sync_at: isoOrNull(row.last_sync_at),
    last_error: row.last_error,
    last_error_at: isoOrNull(row.last_error_at),
  };
}

function newTokenToWire({ row, value }: NewToken) {
  return { ...tokenToWire(row), value };
}
