import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Service } from "../service.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import { csvOf } from "./csv.ts";
import { IngestEvent, ingestEvent } from "./event.ts";
import { createExport, exportToWire, getExport, openExportLink, readExport } from "./export.ts";
import { ChangeRetention, getRetention, setRetention } from "./retention.ts";
import {
  Action,
  type ActionRow,
  actions,
  actionToWire,
  CreateSchema,
  createSchema,
  requireAction,
  type SchemaRow,
  schemasOf,
  schemaToWire,
} from "./schemas.ts";

interface ByAction {
  Params: { action: string };
  Querystring: Params;
}
interface ById {
  Params: { id: string };
  Querystring: Params;
}

export function auditLogRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.get<ByAction>("/audit_logs/actions", async ({ environmentId, query }) =>
    readList<ActionRow & Record<string, unknown>, unknown>(
      db,
      environmentId,
      actions(environmentId),
      readPage(query),
      actionToWire,
    ),
  );
  const schemas = "/audit_logs/actions/:action/schemas";
  app.post<ByAction>(schemas, async ({ environmentId, params, body }, reply) => {
    const made = await createSchema(
      db,
      environmentId,
      parse(Action, params.action),
      parse(CreateSchema, body),
    );
    return reply.code(201).send(schemaToWire(made));
  });
  app.get<ByAction>(schemas, async ({ environmentId, params, query }) => {
    await requireAction(db, environmentId, params.action);
    const source = schemasOf(environmentId, params.action);
    return await readList<SchemaRow & Record<string, unknown>, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      schemaToWire,
    );
  });
  app.post(
    "/audit_logs/events",
    { config: { knowsRepeats: true } },
    async ({ environmentId, headers, body }) => {
      const key = headers["idempotency-key"];
      const repeatedBy = { key: typeof key === "string" ? key : null, body };
      await ingestEvent(db, environmentId, parse(IngestEvent, body), repeatedBy);
      return { success: true };
    },
  );
  app.post("/audit_logs/exports", async ({ environmentId, body }, reply) => {
    const made = await createExport(service, environmentId, readExport(body));
    return reply.code(201).send(exportToWire(service, made));
  });
  app.get<ById>("/audit_logs/exports/:id", async ({ environmentId, params }) =>
    exportToWire(service, await getExport(service, environmentId, params.id)),
  );
}

export function auditLogRetentionRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/organizations/:id/audit_logs_retention";
  app.get<ById>(at, async ({ environmentId, params }) => {
    const { days } = await getRetention(db, environmentId, params.id);
    return { retention_period_in_days: days };
  });
  app.put<ById>(at, async ({ environmentId, params, body }) => {
    const days = await setRetention(db, environmentId, params.id, parse(ChangeRetention, body));
    return { retention_period_in_days: days };
  });
  app.get<ById>("/organizations/:id/audit_log_configuration", async ({ environmentId, params }) => {
    const { effectiveDays, isUsed } = await getRetention(db, environmentId, params.id);
    return {
      organization_id: params.id,
      retention_period_in_days: effectiveDays,
      state: isUsed ? "active" : "inactive",
    };
  });
}

/** Where the link of an export leads. Whoever has the link may read the file, for as long as it lasts. */
export function exportDownload(app: FastifyInstance, service: Service): void {
  app.get<ById>("/audit_logs/exports/:id/csv", async ({ params, query }, reply) => {
    const row = await openExportLink(service, params.id, one(query, "token"));
    return reply
      .type("text/csv; charset=utf-8")
      .header("content-disposition", `attachment; filename="${row.id}.csv"`)
      .header("cache-control", "no-store")
      .header("x-content-type-options", "nosniff")
      .send(Readable.from(csvOf(service.db, row), { objectMode: false }));
  });
}
