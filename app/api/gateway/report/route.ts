import type { NextRequest } from "next/server";
import { visitor } from "#lib/auth/session.ts";
import { callerOf, readBody, refusalResponse } from "#lib/gateways/answers.ts";
import { admit } from "#lib/gateways/asking.ts";
import { takeReport } from "#lib/gateways/reporting.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";

/** How a process of the gateway that holds this token stands. */
export async function POST(request: NextRequest): Promise<Response> {
  const { ip } = await visitor();
  const caller = callerOf(request, ip);
  try {
    await admit(caller, systemClock());
    const report = await readBody(request, GatewayReport);
    await takeReport(caller, report, systemClock());
    return new Response(null, { status: 204 });
  } catch (error) {
    return refusalResponse(error);
  }
}
