import type { NextRequest } from "next/server";
import { fileResponse, orRefused } from "#app/(console)/download.ts";
import { requireActor } from "#lib/auth/session.ts";
import { exportApproved } from "#lib/change-requests/export.ts";

/** What an approved request makes of the allowlist, as a file: `?format=` and the id of one of `FORMATS`. */
export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/deployments/[deploymentId]/allowlist/requests/[requestId]/export">,
): Promise<Response> {
  const { requestId } = await params;
  const actor = await requireActor();
  return await orRefused(async () => {
    const file = await exportApproved(actor, requestId, request.nextUrl.searchParams.get("format") ?? "");
    return fileResponse(file.body, file.name, file.type);
  });
}
