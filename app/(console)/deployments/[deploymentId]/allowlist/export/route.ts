import type { NextRequest } from "next/server";
import { fileResponse, orRefused } from "#app/(console)/download.ts";
import { exportAllowlist } from "#lib/allowlist/export.ts";
import { requireActor } from "#lib/auth/session.ts";

/** The rules in force as a file: `?format=` and the id of one of `FORMATS`. */
export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/deployments/[deploymentId]/allowlist/export">,
): Promise<Response> {
  const { deploymentId } = await params;
  const actor = await requireActor();
  return await orRefused(async () => {
    const file = await exportAllowlist(actor, deploymentId, request.nextUrl.searchParams.get("format") ?? "");
    return fileResponse(file.body, file.name, file.type);
  });
}
