import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { CapabilityAnswers, type ChosenCapability } from "../changes.ts";
import { packName } from "./index.ts";
import { wantedRules } from "./wanted.ts";

/** What a deployment has, by the capability's id. */
export async function loadCapabilities(tx: Tx, deploymentId: string): Promise<Map<string, ChosenCapability>> {
  const rows = await tx.deploymentCapability.findMany({
    where: { deploymentId },
    orderBy: { capability: "asc" },
    select: { capability: true, packVersion: true, answers: true },
  });
  return new Map(
    rows.map(({ capability, packVersion, answers }) => {
      return [capability, { packVersion, answers: CapabilityAnswers.parse(answers) }];
    }),
  );
}

/** The packs that need each door of the deployment, by what it lets pass: "Sign-in, Directory sync". */
export async function loadPackNames(tx: Tx, deploymentId: string): Promise<ReadonlyMap<string, string>> {
  const wanted = wantedRules(await loadCapabilities(tx, deploymentId));
  return new Map(
    [...wanted].map(([key, { neededBy }]) => [key, neededBy.map(({ pack }) => packName(pack)).join(", ")]),
  );
}
