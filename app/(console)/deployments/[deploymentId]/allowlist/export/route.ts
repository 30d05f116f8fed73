import type { NextRequest } from "next/server";
import { fileResponse, orRefused } from "#app/(console)/download.ts";
import { exportAllowlist } from "#lib/allowlist/export.ts";
import { EXPORT_FORMATS } from "#lib/allowlist/schema.ts";
import { requireActor } from "#lib/auth/session.ts";
import { AppError } from "#lib/shared/errors.ts";

/** The rules in force as a file: `?format=nftables`, `csv` or `json`. */
export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/deployments/[deploymentId]/allowlist/export">,
): Promise<Response> {
  const { deploymentId } = await params;
  const actor = await requireActor();
  return await orRefused(async () => {
    const format = EXPORT_FORMATS.find((known) => known === request.nextUrl.searchParams.get("format"));
    if (!format) throw new AppError("invalid", `Choose a format: ${EXPORT_FORMATS.join(", ")}.`);
    const file = await exportAllowlist(actor, deploymentId, format);
    return fileResponse(file.body, file.name, file.type);
  });
}
