import type { NextRequest } from "next/server";
import { visitor } from "#lib/auth/session.ts";
import { callerOf, configurationResponse, refusalResponse } from "#lib/gateways/answers.ts";
import { askConfiguration } from "#lib/gateways/asking.ts";
import { systemClock } from "#lib/shared/clock.ts";

/** What the gateway that holds this token is to work by; 304 while it is what the gateway has. */
export async function GET(request: NextRequest): Promise<Response> {
  const { ip } = await visitor();
  try {
    return configurationResponse(request, await askConfiguration(callerOf(request, ip), systemClock()));
  } catch (error) {
    return refusalResponse(error);
  }
}
