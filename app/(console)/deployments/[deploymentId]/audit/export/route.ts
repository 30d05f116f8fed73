import type { NextRequest } from "next/server";
import { auditFile } from "#app/(console)/audit/audit-file.ts";

/** One deployment's log as a file: `?format=csv` or `ndjson`, and the filters of the page. */
export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/deployments/[deploymentId]/audit/export">,
): Promise<Response> {
  const { deploymentId } = await params;
  return await auditFile(request, { deploymentId });
}
