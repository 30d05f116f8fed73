import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { application } from "../events/actor.ts";
import type { Service } from "../service.ts";
import { type FieldError, WireError } from "../wire/errors.ts";
import { answerFailure, refusalOf } from "../wire/failures.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import { KeyContext } from "./context.ts";
import { createDataKey, decryptDataKey, rekeyDataKey } from "./data-keys.ts";
import type { ObjectRow, VersionRow } from "./object.ts";
import {
  ChangeObject,
  CreateObject,
  metadataToWire,
  objectToWire,
  summaryToWire,
  versionToWire,
} from "./object.ts";
import {
  byId,
  byName,
  changeObject,
  createObject,
  describeObject,
  noteNamesListed,
  openObject,
  removeObject,
} from "./objects.ts";
import { objects, versions } from "./store.ts";

interface ById {
  Params: { id: string; name: string };
  Querystring: Params;
}

const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const UpdatedAfter = z.object({ updatedAfter: Moment.optional() });
const DataKeyFor = z.object({ context: KeyContext });
const Wrapped = z.object({ keys: z.string().min(1).max(10_000) });
const Rekey = z.object({ context: KeyContext, encrypted_keys: Wrapped.shape.keys });

export function vaultRoutes(app: FastifyInstance, service: Service): void {
  app.register(async (vault) => {
    vault.setErrorHandler((error, request, reply) => answerFailure(inVaultShape(error), request, reply));
    objectRoutes(vault, service);
    listRoutes(vault, service);
    keyRoutes(vault, service);
  });
}

function objectRoutes(app: FastifyInstance, service: Service): void {
  const at = "/vault/v1/kv";
  app.post(at, async (request, reply) => {
    const made = await createObject(service, application(request), parse(CreateObject, request.body));
    return reply.code(201).send(metadataToWire(made));
  });
  app.get<ById>(`${at}/:id`, async (request) => {
    const { row, value } = await openObject(service, application(request), byId(request.params.id));
    return { ...objectToWire(row), value };
  });
  app.get<ById>(`${at}/name/:name`, async (request) => {
    const { row, value } = await openObject(service, application(request), byName(request.params.name));
    return { ...objectToWire(row), value };
  });
  app.get<ById>(`${at}/:id/metadata`, async (request) =>
    objectToWire(await describeObject(service, application(request), request.params.id)),
  );
  app.put<ById>(`${at}/:id`, async (request, reply) => {
    const change = parse(ChangeObject, request.body);
    const row = await changeObject(service, application(request), request.params.id, change);
    return reply.code(201).send(objectToWire(row));
  });
  app.delete<ById>(`${at}/:id`, async (request) => {
    const expected = one(request.query, "version_check") ?? null;
    const { name } = await removeObject(service, application(request), request.params.id, expected);
    return { name, success: true };
  });
}

function listRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.get<ById>("/vault/v1/kv", async (request) => {
    const { environmentId, query } = request;
    // The document and the SDK spell it differently.
    const since = one(query, "updatedAfter") ?? one(query, "updated_after");
    const { updatedAfter } = parse(UpdatedAfter, { updatedAfter: since });
    const page = readPage(query);
    await noteNamesListed(service, application(request));
    const source = objects(environmentId, { search: one(query, "search"), updatedAfter });
    const { data, list_metadata } = await readList<ObjectRow & Record<string, unknown>, unknown>(
      db,
      environmentId,
      source,
      page,
      summaryToWire,
    );
    return { data, list_metadata };
  });
  app.get<ById>("/vault/v1/kv/:id/versions", async (request) => {
    const { environmentId, params, query } = request;
    // SDKs know no pages of versions.
    const page = readPage({ limit: "100", ...query });
    const row = await describeObject(service, application(request), params.id);
    const { data, list_metadata } = await readList<VersionRow & Record<string, unknown>, unknown>(
      db,
      environmentId,
      versions(environmentId, row),
      page,
      versionToWire,
    );
    return { data, list_metadata };
  });
}

function keyRoutes(app: FastifyInstance, service: Service): void {
  // No answer is kept for a repeated request: these are keys in the clear, and asking again does no harm.
  const config = { knowsRepeats: true };
  app.post("/vault/v1/keys/data-key", { config }, async (request) => {
    const { context } = parse(DataKeyFor, request.body);
    return await createDataKey(service, application(request), context);
  });
  app.post("/vault/v1/keys/decrypt", { config }, async (request) =>
    decryptDataKey(service, application(request), parse(Wrapped, request.body).keys),
  );
  app.post("/vault/v1/keys/rekey", { config }, async (request) => {
    const { context, encrypted_keys } = parse(Rekey, request.body);
    return await rekeyDataKey(service, application(request), encrypted_keys, context);
  });
}

/** Refusals of the vault are `{"error": "…"}`; what any part of the API answers stays as it is. */
function inVaultShape(error: unknown): unknown {
  const { status, body, message, headers } = refusalOf(error);
  if (![400, 404, 409, 413, 415, 422].includes(status)) return error;
  const fields = (body.errors ?? []) as FieldError[];
  const details = fields.map(({ field, message: wrong, code }) => `${field}: ${wrong ?? code}`);
  return new WireError(status, { error: [message, ...details].join(" ") }, headers);
}
