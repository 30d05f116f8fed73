import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { actions } from "./actions.ts";
import { adminPortal } from "./admin-portal.ts";
import { directorySync } from "./directory-sync.ts";
import { dns } from "./dns.ts";
import { eventsPolling } from "./events-polling.ts";
import { identityProvider } from "./identity-provider.ts";
import { ldap } from "./ldap.ts";
import { localProvisioning } from "./local-provisioning.ts";
import { localSignIn } from "./local-sign-in.ts";
import { logStreams } from "./log-streams.ts";
import type { PackVersion, RulePack } from "./pack.ts";
import { signIn } from "./sign-in.ts";
import { signInPages } from "./sign-in-pages.ts";
import { smtpRelay } from "./smtp-relay.ts";
import { time } from "./time.ts";
import { updates } from "./updates.ts";
import { webhooks } from "./webhooks.ts";

/** Every capability, in the order in which they are shown; a door that two share is filed under the earlier. */
export const PACKS: readonly RulePack[] = [
  ...[signIn, signInPages, eventsPolling, directorySync, adminPortal, webhooks, actions, logStreams],
  ...[dns, time, updates],
  ...[localSignIn, identityProvider, ldap, localProvisioning, smtpRelay],
];

export function findPack(id: string, packs = PACKS): RulePack | undefined {
  return packs.find((pack) => pack.id === id);
}

export function findVersion(id: string, number: number, packs = PACKS): PackVersion | undefined {
  return findPack(id, packs)?.versions.find((version) => version.number === number);
}

export function newestVersion({ versions }: Pick<RulePack, "versions">): PackVersion {
  return versions.at(-1) ?? versions[0];
}

/** Before capabilities there was one pack a mode. Rules of theirs that are retired still say so. */
const FORMER: Record<string, string> = {
  "workos-connected": "WorkOS, connected",
  "workos-restricted": "WorkOS, restricted",
};

export function packName(id: string): string {
  return findPack(id)?.name ?? FORMER[id] ?? id;
}

/**
 * The capabilities that a new site of this mode has, unless somebody says otherwise. One that signs people in by
 * itself needs nothing of WorkOS.
 */
export function usualPacks(mode: DeploymentMode, isLocal: boolean): RulePack[] {
  return PACKS.filter(({ modes, group }) => modes[mode] === "usual" && !(isLocal && group === "workos"));
}
