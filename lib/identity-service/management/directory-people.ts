import type { FastifyInstance } from "fastify";
import { arrivals } from "../directories/arrivals.ts";
import { type CountedDirectoryRow, getDirectory } from "../directories/directory.ts";
import {
  GROUP_SORTS,
  type GroupSummaryRow,
  groupSummaries,
  groupSummaryToWire,
  PEOPLE_SORTS,
  type PersonRow,
  people,
  personToWire,
} from "../directories/people.ts";
import {
  CreateRoleMapping,
  createRoleMapping,
  type RoleMappingRow,
  removeRoleMapping,
  roleMappings,
  roleMappingToWire,
} from "../directories/role-mappings.ts";
import {
  ActivateRoles,
  activateRoles,
  DraftRoles,
  discardDraft,
  draftRoles,
  plannedMappings,
  returnRoles,
  rolePlanToWire,
} from "../directories/role-plans.ts";
import {
  OUTCOME_SORTS,
  type OutcomeRow,
  outcomeToWire,
  previewPeople,
  previewRoles,
} from "../directories/role-preview.ts";
import { getEnvironment } from "../environments/store.ts";
import { getSource } from "../ldap/sync/configure.ts";
import { syncToWire } from "../ldap/sync/source.ts";
import type { Service } from "../service.ts";
import { readCounted } from "../wire/counted.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";

interface ById {
  Params: { env: string; id: string };
  Querystring: Params;
}

const AT = "/environments/:env/directories/:id";

/** Who and what is in a directory, and what comes into it. */
export function directoryContentRoutes(app: FastifyInstance, service: Service): void {
  const { db, clock } = service;
  app.get<ById>(`${AT}/people`, async ({ params, query }) => {
    const directory = await directoryOf(service, params);
    const [scope, source] = [directory.environment_id, people(directory, query)];
    return await readCounted<PersonRow, unknown>(
      db,
      scope,
      source,
      { query, sorts: PEOPLE_SORTS },
      personToWire,
    );
  });
  app.get<ById>(`${AT}/groups`, async ({ params, query }) => {
    const directory = await directoryOf(service, params);
    const [scope, source] = [directory.environment_id, groupSummaries(directory, query)];
    const asked = { query, sorts: GROUP_SORTS };
    return await readCounted<GroupSummaryRow, unknown>(db, scope, source, asked, groupSummaryToWire);
  });
  app.get<ById>(`${AT}/arrivals`, async ({ params, query }) => {
    const directory = await directoryOf(service, params);
    const sync = directory.source === "ldap" ? syncToWire(await getSource(db, directory), clock()) : null;
    return { ...(await arrivals(db, directory, query, clock())), sync };
  });
}

/** Which groups give which roles: what is in force, and what is prepared and looked at first. */
export function directoryRoleRoutes(app: FastifyInstance, service: Service): void {
  mappingRoutes(app, service);
  const { db } = service;
  const plan = async (directory: CountedDirectoryRow) => await rolePlanToWire(db, directory);
  app.get<ById>(`${AT}/role_plan`, async ({ params }) => await plan(await directoryOf(service, params)));
  app.put<ById>(`${AT}/role_plan/draft`, async ({ params, body }) => {
    const wanted = parse(DraftRoles, body);
    const directory = await directoryOf(service, params);
    await draftRoles(service, directory, wanted);
    return await plan(directory);
  });
  app.delete<ById>(`${AT}/role_plan/draft`, async ({ params }, reply) => {
    await discardDraft(service, await directoryOf(service, params));
    return reply.code(204).send();
  });
  app.get<ById>(`${AT}/role_plan/preview`, async ({ params }) => {
    const directory = await directoryOf(service, params);
    return await previewRoles(db, directory, await plannedMappings(db, directory));
  });
  app.get<ById>(`${AT}/role_plan/preview/people`, async ({ params, query }) => {
    const directory = await directoryOf(service, params);
    const { mappings } = await plannedMappings(db, directory);
    const [scope, source] = [directory.environment_id, previewPeople(directory, mappings, query)];
    const asked = { query, sorts: OUTCOME_SORTS };
    return await readCounted<OutcomeRow, unknown>(db, scope, source, asked, outcomeToWire);
  });
  app.post<ById>(`${AT}/role_plan/activate`, async ({ params, body }) => {
    const wanted = parse(ActivateRoles, body);
    const directory = await directoryOf(service, params);
    await activateRoles(service, directory, wanted);
    return await plan(directory);
  });
  app.post<ById>(`${AT}/role_plan/return`, async ({ params }) => {
    const directory = await directoryOf(service, params);
    await returnRoles(service, directory);
    return await plan(directory);
  });
}

function mappingRoutes(app: FastifyInstance, service: Service): void {
  const path = `${AT}/role_mappings`;
  app.post<ById>(path, async ({ params, body }, reply) => {
    const directory = await directoryOf(service, params);
    const made = await createRoleMapping(service, directory, parse(CreateRoleMapping, body));
    return reply.code(201).send(roleMappingToWire(made));
  });
  app.get<ById>(path, async ({ params, query }) => {
    const directory = await directoryOf(service, params);
    return await readList<RoleMappingRow, unknown>(
      service.db,
      directory.environment_id,
      roleMappings(directory),
      readPage(query),
      roleMappingToWire,
    );
  });
  app.delete<{ Params: ById["Params"] & { mapping: string } }>(
    `${path}/:mapping`,
    async ({ params }, reply) => {
      await removeRoleMapping(service, await directoryOf(service, params), params.mapping);
      return reply.code(204).send();
    },
  );
}

async function directoryOf({ db }: Service, params: ById["Params"]): Promise<CountedDirectoryRow> {
  const { id } = await getEnvironment(db, params.env);
  return await getDirectory(db, id, params.id);
}
