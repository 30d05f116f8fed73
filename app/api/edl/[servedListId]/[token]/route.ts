import type { NextRequest } from "next/server";
import { visitor } from "#lib/auth/session.ts";
import { listResponse, refusalResponse } from "#lib/exports/answers.ts";
import { fetchList } from "#lib/exports/fetching.ts";
import { systemClock } from "#lib/shared/clock.ts";

/** A list of addresses, for the firewall that holds this URL; 304 while it is what the firewall has. */
export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/api/edl/[servedListId]/[token]">,
): Promise<Response> {
  const { servedListId, token } = await params;
  const { ip } = await visitor();
  try {
    return listResponse(request, await fetchList({ servedListId, token, ip }, systemClock()));
  } catch (error) {
    return refusalResponse(error);
  }
}

export const HEAD = GET;
