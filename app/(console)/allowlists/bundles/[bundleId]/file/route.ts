import type { NextRequest } from "next/server";
import { fileResponse, orRefused } from "#app/(console)/download.ts";
import { requireActor } from "#lib/auth/session.ts";
import { bundleFile } from "#lib/bundles/file.ts";

/** A bundle that was made here, as the file that is carried. */
export async function GET(
  _request: NextRequest,
  { params }: RouteContext<"/allowlists/bundles/[bundleId]/file">,
): Promise<Response> {
  const { bundleId } = await params;
  const actor = await requireActor();
  return await orRefused(async () => {
    const { name, body } = await bundleFile(actor, bundleId);
    return fileResponse(body, name, "application/octet-stream");
  });
}
