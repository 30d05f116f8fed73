import type { NextRequest } from "next/server";
import { fileResponse, orRefused } from "#app/(console)/download.ts";
import { requireActor } from "#lib/auth/session.ts";
import { takeConfiguration } from "#lib/gateways/file.ts";

/** What the gateway of this deployment is to work by, as a file. */
export async function GET(
  _request: NextRequest,
  { params }: RouteContext<"/deployments/[deploymentId]/gateway/configuration">,
): Promise<Response> {
  const { deploymentId } = await params;
  const actor = await requireActor();
  return await orRefused(async () => {
    const { name, body } = await takeConfiguration(actor, deploymentId);
    return fileResponse(body, name, "application/json");
  });
}
