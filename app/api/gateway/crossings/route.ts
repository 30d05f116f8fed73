import type { NextRequest } from "next/server";
import { visitor } from "#lib/auth/session.ts";
import { callerOf, readBody, refusalResponse } from "#lib/gateways/answers.ts";
import { admit } from "#lib/gateways/asking.ts";
import { takeShipment } from "#lib/gateways/shipping.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { Shipment } from "#lib/shared/gateway/shipment.ts";

/** Crossings of a gateway with a database of its own. */
export async function POST(request: NextRequest): Promise<Response> {
  const { ip } = await visitor();
  const caller = callerOf(request, ip);
  try {
    await admit(caller, systemClock());
    const shipment = await readBody(request, Shipment);
    return Response.json(await takeShipment(caller, shipment, systemClock()));
  } catch (error) {
    return refusalResponse(error);
  }
}
