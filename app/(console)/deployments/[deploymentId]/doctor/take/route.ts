import type { NextRequest } from "next/server";
import { fileResponse, orRefused } from "#app/(console)/download.ts";
import { requireActor } from "#lib/auth/session.ts";
import { takeDoctor } from "#lib/doctor/files.ts";

/** The doctor with the deployment's plan inside (`?what=program`), or the plan alone (`?what=plan`). */
export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/deployments/[deploymentId]/doctor/take">,
): Promise<Response> {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const kind = request.nextUrl.searchParams.get("what") === "plan" ? "plan" : "program";
  return await orRefused(async () => {
    const file = await takeDoctor(actor, deploymentId, kind);
    return fileResponse(file.body, file.name, file.type);
  });
}
