import { assertionText } from "#lib/allowlist/assertions/words.ts";
import type { AssertionFacts } from "#lib/allowlist/changes.ts";
import { HOUR_MS } from "#lib/shared/clock.ts";
import { addEvent } from "./audit.ts";
import type { DemoDeployment } from "./deployments.ts";
import type { Drawing } from "./fleet.ts";
import { Random } from "./random.ts";
import { drawnLast } from "./rows.ts";
import { DEMO_SETS } from "./sets.ts";
import { deploymentTarget } from "./targets.ts";

const OUT = { direction: "egress", protocol: "tcp", carriedBy: "application", peerKind: "cidr" } as const;

/** What sites write down once, so that nobody opens or closes it by mistake. */
const NO_MAIL: AssertionFacts = {
  ...OUT,
  must: "deny",
  ...{ portFrom: 25, portTo: 25, peer: "0.0.0.0/0" },
  reason: "Mail leaves through the relay of the network, never straight from this installation.",
  ownerName: "Network team",
};
const NO_SSH: AssertionFacts = {
  ...OUT,
  ...{ must: "deny", direction: "ingress", portFrom: 22, portTo: 22, peer: "0.0.0.0/0" },
  reason: "Nobody administers this from outside the site.",
  ownerName: "Security desk",
};
const SIGN_IN: AssertionFacts = {
  ...OUT,
  ...{ must: "allow", portFrom: 443, portTo: 443, peerKind: "address_set", peer: "cloudflare" },
  reason: "Without the sign-in service nobody gets in.",
  ownerName: "Deployment desk",
};

/** What has to hold of a site's allowlist; all of it does. */
export function addAssertions(drawing: Drawing, deployment: DemoDeployment): void {
  // Chance of their own, so that the rest of the fleet is drawn as it was without them.
  const random = new Random(`assertions of ${deployment.id}`);
  const rules = drawnLast(drawing.rows.allowlistRules, (rule) => rule.deploymentId === deployment.id);
  if (rules.length === 0 || !random.chance(0.5)) return;
  const reachesSignIn = rules.some(
    (rule) =>
      rule.peer === SIGN_IN.peer &&
      rule.portFrom === 443 &&
      rule.carriedBy === "application" &&
      rule.direction === "egress" &&
      !rule.retiredAt &&
      !rule.expiresAt,
  );
  for (const facts of reachesSignIn ? [NO_MAIL, NO_SSH, SIGN_IN] : [NO_MAIL, NO_SSH]) {
    const createdAt = new Date(drawing.now.getTime() - random.int(24, 2_000) * HOUR_MS);
    const id = random.id("asrt", createdAt);
    const { customer, id: deploymentId } = deployment;
    drawing.rows.allowlistAssertions.push({ id, customerId: customer.id, deploymentId, ...facts, createdAt });
    const what = { targetType: "assertion", targetId: id, targetName: assertionText(facts, DEMO_SETS) };
    const entry = { ...deploymentTarget(deployment), ...what, after: { ...facts } };
    addEvent({ ...drawing, random }, createdAt, "allowlist.add_assertion", entry);
  }
}

/** As changes see them: in the order of their ids. */
export function assertionsOf(
  { allowlistAssertions }: Drawing["rows"],
  deploymentId: string,
): ReadonlyMap<string, AssertionFacts> {
  const theirs = drawnLast(allowlistAssertions, (row) => row.deploymentId === deploymentId);
  return new Map(
    theirs
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, customerId, deploymentId: _, createdAt, ...facts }) => [id, facts as AssertionFacts]),
  );
}
