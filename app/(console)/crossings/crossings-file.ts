import type { NextRequest } from "next/server";
import { fileResponse, orRefused, streamOf } from "#app/(console)/download.ts";
import { requireActor } from "#lib/auth/session.ts";
import { exportCrossings } from "#lib/crossings/export.ts";
import { CROSSING_FORMATS, crossingQuery } from "#lib/crossings/schema.ts";
import { CROSSING_LIST } from "#lib/crossings/shape.ts";
import type { CrossingScope } from "#lib/crossings/where.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { AppError } from "#lib/shared/errors.ts";

const TYPES = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" };

/** Streams what the URL's filter names, in the format it names. */
export async function crossingsFile(request: NextRequest, scope: CrossingScope = {}): Promise<Response> {
  const actor = await requireActor();
  return await orRefused(async () => {
    const params = request.nextUrl.searchParams;
    const format = CROSSING_FORMATS.find((known) => known === params.get("format"));
    if (!format) throw new AppError("invalid", `Choose a format: ${CROSSING_FORMATS.join(", ")}.`);
    const query = crossingQuery(parseListQuery(Object.fromEntries(params), CROSSING_LIST));
    const now = new Date();
    const pieces = await exportCrossings(actor, format, query, scope, now);
    const name = `crossings-${now.toISOString().slice(0, 19).replaceAll(":", "")}Z.${format}`;
    return fileResponse(streamOf(pieces), name, TYPES[format]);
  });
}
