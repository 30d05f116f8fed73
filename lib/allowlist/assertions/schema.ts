import { z } from "zod";
import { DeploymentId } from "#lib/deployments/schema.ts";
import { AssertionMust } from "#lib/platform/prisma/enums.ts";
import { readTraffic, TrafficFields } from "../schema.ts";

/** What has to hold, whatever else changes. Both families are two assertions: an address is of one. */
export const DraftAssertionInput = z
  .strictObject({
    deploymentId: DeploymentId,
    must: z.enum(AssertionMust, "Choose what has to hold."),
    ...TrafficFields,
    reason: z
      .string()
      .trim()
      .min(10, "Say in a few words why this has to hold.")
      .max(500, "Keep the reason under 500 characters."),
    ownerName: z.string().trim().max(120, "Keep this under 120 characters.").default(""),
  })
  .transform(readTraffic);
export type DraftAssertionInput = z.output<typeof DraftAssertionInput>;

export const AssertionRef = z.strictObject({ assertionId: z.string().startsWith("asrt_").max(60) });
export type AssertionRef = z.output<typeof AssertionRef>;
