import type { FastifyInstance } from "fastify";
import type { Service } from "../service.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { many, one, type Params, parse } from "../wire/params.ts";
import { CreateDomain, createDomain, getDomain, removeDomain, verifyDomain } from "./domains.ts";
import {
  ChangeOrganization,
  CreateOrganization,
  domainToWire,
  type OrganizationRow,
  organizationToWire,
} from "./organization.ts";
import { removeOrganization } from "./remove.ts";
import {
  changeOrganization,
  createOrganization,
  getOrganization,
  getOrganizationByExternalId,
  organizations,
} from "./store.ts";

interface ById {
  Params: { id: string };
}

export function organizationRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.get<{ Querystring: Params }>("/organizations", async ({ environmentId, query }) => {
    const domains = many(query, "domains").map((domain) => domain.toLowerCase());
    const source = organizations(environmentId, domains, one(query, "search"));
    return await readList<OrganizationRow, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      organizationToWire,
    );
  });
  app.post("/organizations", async ({ environmentId, body }, reply) => {
    const made = await createOrganization(db, environmentId, parse(CreateOrganization, body));
    return reply.code(201).send(organizationToWire(made));
  });
  app.get<{ Params: { externalId: string } }>(
    "/organizations/external_id/:externalId",
    async ({ environmentId, params }) =>
      organizationToWire(await getOrganizationByExternalId(db, environmentId, params.externalId)),
  );
  app.get<ById>("/organizations/:id", async ({ environmentId, params }) =>
    organizationToWire(await getOrganization(db, environmentId, params.id)),
  );
  app.put<ById>("/organizations/:id", async ({ environmentId, params, body }) =>
    organizationToWire(
      await changeOrganization(db, environmentId, params.id, parse(ChangeOrganization, body)),
    ),
  );
  app.delete<ById>("/organizations/:id", async ({ environmentId, params }, reply) => {
    await removeOrganization(service, environmentId, params.id);
    return reply.code(202).send();
  });
}

export function organizationDomainRoutes(app: FastifyInstance, { db }: Service): void {
  app.post("/organization_domains", async ({ environmentId, body }, reply) => {
    const made = await createDomain(db, environmentId, parse(CreateDomain, body));
    return reply.code(201).send(domainToWire(made));
  });
  app.get<ById>("/organization_domains/:id", async ({ environmentId, params }) =>
    domainToWire(await getDomain(db, environmentId, params.id)),
  );
  app.delete<ById>("/organization_domains/:id", async ({ environmentId, params }, reply) => {
    await removeDomain(db, environmentId, params.id);
    return reply.code(204).send();
  });
  app.post<ById>("/organization_domains/:id/verify", async ({ environmentId, params }, reply) =>
    reply.code(201).send(domainToWire(await verifyDomain(db, environmentId, params.id))),
  );
}
