import { z } from "zod";
import { Failure } from "./failure.ts";
import { askIdentityService } from "./identity-service.ts";

/** `sallyport clock accept`: the clock is right now, and what the identity service has on record was not. */
export async function acceptClock(args: readonly string[]): Promise<void> {
  if (args[0] !== "accept") throw new Failure("Usage: sallyport clock accept");
  const { highest } = await askIdentityService("/clock/accept", {}, z.object({ highest: z.string() }));
  console.log(`The clock is accepted as it stands, ${highest}. Sign-ins work again within 15 seconds.`);
}
