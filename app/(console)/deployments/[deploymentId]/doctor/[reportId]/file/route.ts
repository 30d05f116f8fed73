import type { NextRequest } from "next/server";
import { fileResponse, orRefused } from "#app/(console)/download.ts";
import { requireActor } from "#lib/auth/session.ts";
import { reportFile } from "#lib/doctor/files.ts";

/** A report as it was brought (`?format=json`), or as text of 80 columns. */
export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/deployments/[deploymentId]/doctor/[reportId]/file">,
): Promise<Response> {
  const { deploymentId, reportId } = await params;
  const actor = await requireActor();
  const format = request.nextUrl.searchParams.get("format") === "json" ? "json" : "text";
  return await orRefused(async () => {
    const file = await reportFile(actor, deploymentId, reportId, format);
    return fileResponse(file.body, file.name, file.type);
  });
}
