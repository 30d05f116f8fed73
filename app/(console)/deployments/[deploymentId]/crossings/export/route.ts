import type { NextRequest } from "next/server";
import { crossingsFile } from "#app/(console)/crossings/crossings-file.ts";

/** One deployment's crossings as a file: `?format=csv` or `ndjson`, and the filters of the page. */
export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/deployments/[deploymentId]/crossings/export">,
): Promise<Response> {
  const { deploymentId } = await params;
  return await crossingsFile(request, { deploymentId });
}
