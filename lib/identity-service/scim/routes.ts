import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ProofLost } from "../directories/proof.ts";
import type { Service } from "../service.ts";
import { refusalOf } from "../wire/failures.ts";
import { BULK_BYTES_MAX, bulk } from "./bulk.ts";
import { type Caller, requireCaller } from "./caller.ts";
import { resourceType, resourceTypes, schema, schemas, serviceProviderConfig } from "./discovery.ts";
import { ScimError, scimBody } from "./errors.ts";
import { createGroup, deleteGroup, listGroups, patchGroup, readGroup, replaceGroup } from "./groups.ts";
import { readListRequest } from "./list.ts";
import { type Attributes, isAttributes } from "./match.ts";
import { etag, isAmong } from "./meta.ts";
import { type Projection, project, readProjection } from "./projection.ts";
import { noteRefusal } from "./refusals.ts";
import { type ScimUserRow, userResource } from "./user.ts";
import { createUser, deleteUser, listUsers, patchUser, readUser, replaceUser } from "./users.ts";

declare module "fastify" {
  interface FastifyRequest {
    scimCaller: Caller | null;
  }
}

const MEDIA_TYPE = "application/scim+json; charset=utf-8";
// A group of 50,000 members said at once.
const LARGE = { bodyLimit: BULK_BYTES_MAX };
const PROVEN = { config: { asksForProof: true } };

interface ById {
  Params: { id: string };
  Querystring: Attributes;
}
interface Asked {
  Querystring: Attributes;
}

/** The SCIM 2.0 server (RFC 7644) that a directory's provider sends its people and groups to. */
export async function scimRoutes(app: FastifyInstance, service: Service): Promise<void> {
  app.decorateRequest("scimCaller", null);
  app.addHook<{ Params: { key: string } }>("onRequest", async (request) => {
    request.scimCaller = await requireCaller(service, request, request.params.key);
  });
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) request.log.error({ requestId: request.id, err: error }, "request failed");
    if (refusal.status === 401) reply.header("www-authenticate", "Bearer");
    reply.headers(refusal.headers);
    await noteRefusal(service, request, refusal);
    return answer(reply, refusal.status, scimBody(refusal));
  });
  app.setNotFoundHandler((request) => {
    throw new ScimError(404, `There is nothing at ${request.method} ${request.url.split("?", 1)[0]}.`);
  });
  userRoutes(app, service);
  groupRoutes(app);
  discoveryRoutes(app);
  app.post("/Bulk", LARGE, async (request, reply) =>
    answer(reply, 200, await bulk(callerOf(request), request.body)),
  );
}

function userRoutes(app: FastifyInstance, service: Service): void {
  const proven = provenWork(service);
  app.get<Asked>("/Users", PROVEN, async (request, reply) => {
    const asked = readListRequest(request.query);
    return answer(reply, 200, await proven(request, (caller) => listUsers(caller, asked)));
  });
  app.post("/Users/.search", PROVEN, async (request, reply) => {
    const asked = readListRequest(bodyOf(request));
    return answer(reply, 200, await proven(request, (caller) => listUsers(caller, asked)));
  });
  app.post<Asked>("/Users", PROVEN, async (request, reply) => {
    const projection = readAsked(request.query);
    const row = await proven(request, (caller) => createUser(caller, request.body));
    return answerUser(request, reply, row, projection, 201);
  });
  app.get<ById>("/Users/:id", PROVEN, async (request, reply) => {
    const projection = readAsked(request.query);
    const row = await proven(request, (caller) => readUser(caller, request.params.id));
    return answerUser(request, reply, row, projection);
  });
  app.put<ById>("/Users/:id", PROVEN, async (request, reply) => {
    const projection = readAsked(request.query);
    const { params, body } = request;
    const row = await proven(request, (caller) => replaceUser(caller, params.id, body, ifMatch(request)));
    return answerUser(request, reply, row, projection);
  });
  app.patch<ById>("/Users/:id", PROVEN, async (request, reply) => {
    const projection = readAsked(request.query);
    const { params, body } = request;
    const row = await proven(request, (caller) => patchUser(caller, params.id, body, ifMatch(request)));
    return answerUser(request, reply, row, projection);
  });
  app.delete<ById>("/Users/:id", async (request, reply) => {
    await deleteUser(callerOf(request), request.params.id, ifMatch(request));
    return reply.code(204).send();
  });
}

/** Does what a route does, and once more for a caller looked up anew where what we knew of it was out of date. */
function provenWork(service: Service) {
  return async <T>(request: FastifyRequest, work: (caller: Caller) => Promise<T>): Promise<T> => {
    const caller = callerOf(request);
    try {
      return await work(caller);
    } catch (error) {
      if (!(error instanceof ProofLost)) throw error;
      return await work(await requireCaller(service, request, caller.directory.external_key, true));
    }
  };
}

function groupRoutes(app: FastifyInstance): void {
  app.get<Asked>("/Groups", async (request, reply) =>
    answer(reply, 200, await listGroups(callerOf(request), readListRequest(request.query))),
  );
  app.post("/Groups/.search", async (request, reply) =>
    answer(reply, 200, await listGroups(callerOf(request), readListRequest(bodyOf(request)))),
  );
  app.post<Asked>("/Groups", LARGE, async (request, reply) => {
    const projection = readAsked(request.query);
    const id = await createGroup(callerOf(request), request.body);
    return await answerGroup(request, reply, id, projection, 201);
  });
  app.get<ById>("/Groups/:id", async (request, reply) =>
    answerGroup(request, reply, request.params.id, readAsked(request.query)),
  );
  app.put<ById>("/Groups/:id", LARGE, async (request, reply) => {
    const projection = readAsked(request.query);
    await replaceGroup(callerOf(request), request.params.id, request.body, ifMatch(request));
    return await answerGroup(request, reply, request.params.id, projection);
  });
  app.patch<ById>("/Groups/:id", LARGE, async (request, reply) => {
    const projection = readAsked(request.query);
    await patchGroup(callerOf(request), request.params.id, request.body, ifMatch(request));
    // The members of a large group are not read again to be sent to whoever has just changed a few.
    if (projection.only === null) return reply.code(204).send();
    return await answerGroup(request, reply, request.params.id, projection);
  });
  app.delete<ById>("/Groups/:id", async (request, reply) => {
    await deleteGroup(callerOf(request), request.params.id, ifMatch(request));
    return reply.code(204).send();
  });
}

function discoveryRoutes(app: FastifyInstance): void {
  app.get("/ServiceProviderConfig", async (request, reply) =>
    answer(reply, 200, serviceProviderConfig(callerOf(request).location)),
  );
  app.get("/ResourceTypes", async (request, reply) =>
    answer(reply, 200, resourceTypes(callerOf(request).location)),
  );
  app.get<ById>("/ResourceTypes/:id", async (request, reply) =>
    answer(reply, 200, resourceType(callerOf(request).location, request.params.id)),
  );
  app.get("/Schemas", async (request, reply) => answer(reply, 200, schemas(callerOf(request).location)));
  app.get<ById>("/Schemas/:id", async (request, reply) =>
    answer(reply, 200, schema(callerOf(request).location, request.params.id)),
  );
}

function answerUser(
  request: FastifyRequest,
  reply: FastifyReply,
  row: ScimUserRow,
  projection: Projection,
  status = 200,
): FastifyReply {
  const { location } = callerOf(request);
  reply.headers({ etag: etag(row.version), location: `${location}/Users/${row.id}` });
  if (isKnown(request, row.version)) return reply.code(304).send();
  return answer(reply, status, project("User", userResource(row, location), projection));
}

async function answerGroup(
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  projection: Projection,
  status = 200,
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const { version, resource } = await readGroup(caller, id, projection);
  reply.headers({ etag: etag(version), location: `${caller.location}/Groups/${id}` });
  return isKnown(request, version) ? reply.code(304).send() : answer(reply, status, resource);
}

/** Whether the caller has this version already, and asks only for a newer one. */
function isKnown({ method, headers }: FastifyRequest, version: number): boolean {
  const known = headers["if-none-match"];
  return method === "GET" && known !== undefined && isAmong(known, version);
}

function answer(reply: FastifyReply, status: number, body: Attributes): FastifyReply {
  return reply.code(status).header("content-type", MEDIA_TYPE).send(JSON.stringify(body));
}

function callerOf({ scimCaller }: FastifyRequest): Caller {
  if (!scimCaller) throw new ScimError(401, "Send the directory's token.");
  return scimCaller;
}

function ifMatch({ headers }: FastifyRequest): string | undefined {
  return headers["if-match"];
}

function readAsked(query: Attributes): Projection {
  return readProjection(query.attributes, query.excludedAttributes);
}

function bodyOf({ body }: FastifyRequest): Attributes {
  if (isAttributes(body)) return body;
  throw new ScimError(400, "The body must be a JSON object.", "invalidSyntax");
}
