import { createHash } from "node:crypto";
import { expressible } from "#lib/allowlist/formats/format.ts";
import { FORMATS } from "#lib/allowlist/formats/index.ts";
import { type ExportedAllowlist, exportedAllowlist } from "#lib/allowlist/formats/normal-form.ts";
import { SERVED } from "#lib/exports/schema.ts";
import { listBody, listedRules } from "#lib/exports/served.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { addEvent } from "./audit.ts";
import type { DemoDeployment } from "./deployments.ts";
import type { Drawing } from "./fleet.ts";
import { Random } from "./random.ts";
import { drawnLast } from "./rows.ts";
import { DEMO_SETS } from "./sets.ts";
import { deploymentTarget } from "./targets.ts";

const TAKEN = ["nftables", "cisco-asa", "palo-alto", "fortigate", "csv", "json"] as const;
const FIREWALLS = ["PA-3220 in hall 3", "FortiGate 200F", "PA-440 at the edge"] as const;

/** What left the console of a site's allowlist: files after the rules were set, some taken again later, and a list that a firewall fetches. */
export function addExports(drawing: Drawing, deployment: DemoDeployment): void {
  const random = new Random(`exports ${deployment.id}`);
  const own = { ...drawing, random };
  const rules = drawnLast(drawing.rows.allowlistRules, (rule) => rule.deploymentId === deployment.id);
  if (rules.length === 0) return;
  const ready = new Date(deployment.createdAt.getTime() + DAY_MS);
  const takes = random.int(1, 3);
  for (let take = 0; take < takes; take += 1) {
    const at =
      take === 0
        ? random.between(ready, new Date(ready.getTime() + 2 * DAY_MS))
        : random.between(ready, drawing.now);
    addFile(own, deployment, random.pick(TAKEN), at);
  }
  if (deployment.mode !== "air_gapped" && random.chance(0.4)) addList(own, deployment, ready);
}

function addFile(drawing: Drawing, deployment: DemoDeployment, formatId: string, at: Date): void {
  const format = FORMATS.find(({ id }) => id === formatId);
  if (!format || at >= drawing.now) return;
  const { random, rows } = drawing;
  const allowlist = inForce(drawing, deployment, at);
  const id = random.id("exp", at);
  addEvent(drawing, at, "allowlist.export", {
    ...deploymentTarget(deployment),
    detail: { export: id, format: formatId, rules: allowlist.rules.length, contentSha256: allowlist.digest },
  });
  const event = rows.auditEvents.at(-1);
  rows.allowlistExports.push({
    ...exportFacts(deployment, allowlist, format.render(allowlist), at),
    ...{ id, format: formatId, rules: expressible(allowlist, format).length },
    leftOut: allowlist.rules.length - expressible(allowlist, format).length,
    takenById: event?.actorId ?? "",
    takenByName: event?.actorName ?? "",
    takenFrom: event?.ip ?? null,
    servedListId: null,
  });
}

function addList(drawing: Drawing, deployment: DemoDeployment, ready: Date): void {
  const { random, rows, now } = drawing;
  const createdAt = random.between(ready, new Date(ready.getTime() + 5 * DAY_MS));
  if (createdAt.getTime() + HOUR_MS >= now.getTime()) return;
  const id = random.id("list", createdAt);
  const name = random.pick(FIREWALLS);
  const revoked = random.chance(0.2);
  addEvent(drawing, createdAt, "served_list.create", {
    ...{ targetType: "served_list", targetId: id, targetName: name },
    ...{ customerId: deployment.customer.id, deploymentId: deployment.id },
    after: { name, direction: "egress", service: null },
  });
  const event = rows.auditEvents.at(-1);
  const fetchedAt = new Date(createdAt.getTime() + 7 * MINUTE_MS);
  const allowlist = inForce(drawing, deployment, fetchedAt);
  const listed = listedRules(allowlist, { direction: "egress", service: null });
  const facts = exportFacts(deployment, allowlist, listBody(listed), fetchedAt);
  const from = `198.51.100.${random.int(2, 250)}`;
  rows.servedLists.push({
    ...{ id, customerId: deployment.customer.id, deploymentId: deployment.id, name, direction: "egress" },
    ...{ holds: "addresses", protocol: null, portFrom: null, portTo: null },
    tokenHash: createHash("sha256").update(`${id} ${random.next()}`).digest("hex"),
    createdById: event?.actorId ?? "",
    createdByName: event?.actorName ?? "",
    createdAt,
    revokedAt: revoked ? random.between(fetchedAt, now) : null,
    revokedByName: revoked ? (event?.actorName ?? "") : null,
    lastFetchedAt: revoked ? fetchedAt : new Date(now.getTime() - random.int(1, 280) * 1_000),
    lastFetchedFrom: from,
    servedSha256: facts.fileSha256,
    servedChangedAt: fetchedAt,
    ...{ windowBeganAt: fetchedAt, windowFetches: 1 },
  });
  rows.allowlistExports.push({
    ...facts,
    ...{ id: random.id("exp", fetchedAt), format: SERVED, rules: listed.length },
    leftOut: allowlist.rules.length - listed.length,
    ...{ takenById: id, takenByName: name, takenFrom: from, servedListId: id },
  });
}

function exportFacts(
  { id, customer }: DemoDeployment,
  { digest, sets }: ExportedAllowlist,
  body: string,
  createdAt: Date,
) {
  return {
    customerId: customer.id,
    deploymentId: id,
    digest,
    fileSha256: createHash("sha256").update(body).digest("hex"),
    sets: sets.map(({ slug, changedOn }) => ({ slug, version: changedOn })),
    createdAt,
  };
}

/** The allowlist as it was at that moment. */
function inForce(
  { rows }: Drawing,
  { id, name, mode, customer }: DemoDeployment,
  at: Date,
): ExportedAllowlist {
  const theirs = drawnLast(rows.allowlistRules, ({ deploymentId }) => deploymentId === id);
  const rules = theirs.flatMap((rule) => {
    const { createdAt, retiredAt, expiresAt } = rule;
    if (!isBefore(createdAt, at)) return [];
    if (isBefore(retiredAt, at) || isBefore(expiresAt, at)) return [];
    return [
      {
        ...rule,
        ...{
          hosts: [...(rule.hosts as string[])],
          ownerName: rule.ownerName ?? "",
          ticket: rule.ticket ?? "",
        },
        ...{ pack: rule.pack ?? null, carriedBy: rule.carriedBy ?? "application" },
        ...{ portFrom: rule.portFrom ?? null, portTo: rule.portTo ?? null },
        ...{ retiredAt: null, expiresAt: expiresAt ? new Date(expiresAt) : null },
      },
    ];
  });
  return exportedAllowlist({ id, name, mode, customerName: customer.name }, rules, at, DEMO_SETS);
}

function isBefore(moment: Date | string | null | undefined, at: Date): boolean {
  return moment !== null && moment !== undefined && new Date(moment) <= at;
}
