import type { NextRequest } from "next/server";
import { fileResponse, orRefused, streamOf } from "#app/(console)/download.ts";
import { exportAuditEvents } from "#lib/audit/export.ts";
import { AUDIT_FORMATS, AUDIT_LIST, auditQuery } from "#lib/audit/schema.ts";
import type { AuditScope } from "#lib/audit/where.ts";
import { requireActor } from "#lib/auth/session.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { AppError } from "#lib/shared/errors.ts";

const TYPES = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" };

/** Streams what the URL's filter names, in the format it names. */
export async function auditFile(request: NextRequest, scope: AuditScope = {}): Promise<Response> {
  const actor = await requireActor();
  return await orRefused(async () => {
    const params = request.nextUrl.searchParams;
    const format = AUDIT_FORMATS.find((known) => known === params.get("format"));
    if (!format) throw new AppError("invalid", `Choose a format: ${AUDIT_FORMATS.join(", ")}.`);
    const query = auditQuery(parseListQuery(Object.fromEntries(params), AUDIT_LIST));
    const now = new Date();
    const pieces = await exportAuditEvents(actor, format, query, scope, now);
    const name = `audit-${now.toISOString().slice(0, 19).replaceAll(":", "")}Z.${format}`;
    return fileResponse(streamOf(pieces), name, TYPES[format]);
  });
}
