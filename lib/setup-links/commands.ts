import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Purpose } from "#lib/access/permissions.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined } from "#lib/shared/refusals.ts";
import { LOOKED_AT, targetOf } from "./looking.ts";
import { linkState } from "./policy.ts";
import { lockEnvironment, REVOKED, replaceOthers } from "./replacing.ts";
import type { CreateSetupLinkInput, RevokeSetupLinkInput } from "./schema.ts";
import { newLinkSecrets } from "./secrets.ts";

/** What is shown once: the link and its code cannot be had again from what is kept. */
export interface MadeLink {
  id: string;
  url: string;
  code: string;
  /** Where the code is typed. */
  enterUrl: string;
  organizationName: string;
  purposes: Purpose[];
  note: string;
  expiresAt: Date;
  createdByName: string;
}

/**
 * Makes a link for one organization. Whatever link it had before is revoked, and goes on in the new one from where it was.
 */
export async function createSetupLink(
  actor: Actor,
  input: CreateSetupLinkInput,
  now = new Date(),
): Promise<MadeLink> {
  actor.must("setup_link.create");
  const { environmentId, purposes, note } = input;
  const environment = await inScope(actor, (tx) => requireEnvironment(tx, actor, environmentId));
  if (environment.driver !== "offline") throw declined("invalid", "links_at_workos");
  const organization = await findOrMakeOrganization(input);
  const { token, code, ...hashes } = newLinkSecrets();
  const id = newId("slk");
  const expiresAt = new Date(now.getTime() + input.days * DAY_MS);
  return await inScope(actor, async (tx) => {
    const { customerId, deploymentId } = await requireEnvironment(tx, actor, environmentId);
    await lockEnvironment(tx, environmentId);
    const place = { customerId, deploymentId, environmentId };
    const whose = { ...place, organizationId: organization.id };
    const progress = await replaceOthers(tx, actor, { ...whose, replacedById: id }, now);
    const about = { organizationName: organization.name, purposes, note, progress };
    const by = { createdById: actor.id, createdByName: actor.name, createdAt: now, expiresAt };
    await tx.setupLink.create({ data: { id, ...whose, ...about, ...hashes, ...by }, select: { id: true } });
    await recordAudit(tx, actor, {
      action: "setup_link.create",
      ...{ targetType: "setup_link", targetId: id, targetName: organization.name, customerId, deploymentId },
      after: { purposes: [...purposes], expiresAt: expiresAt.toISOString() },
    });
    const addresses = { url: inConsole(`/portal/open/${token}`), enterUrl: inConsole("/portal/enter") };
    const shown = { organizationName: organization.name, purposes, note, expiresAt };
    return { id, code, ...addresses, ...shown, createdByName: actor.name };
  });
}

/** Takes a link back. Whoever has it open is out at the next step. */
export async function revokeSetupLink(
  actor: Actor,
  { setupLinkId }: RevokeSetupLinkInput,
  now = new Date(),
): Promise<void> {
  actor.must("setup_link.revoke");
  await inScope(actor, async (tx) => {
    const where = { id: setupLinkId, ...visibleTo(actor) };
    const found = await tx.setupLink.findFirst({ where, select: REVOKED });
    if (!found) throw declined("not_found", "no_such_link");
    const state = linkState(found, now);
    const data = { revokedAt: now, revokedByName: actor.name };
    const standing = { id: setupLinkId, revokedAt: null, finishedAt: null };
    const { count } = await tx.setupLink.updateMany({ where: standing, data });
    if (count === 0) throw declined("conflict", "link_ended");
    await recordAudit(tx, actor, {
      action: "setup_link.revoke",
      ...{ targetType: "setup_link", targetId: setupLinkId, targetName: found.organizationName },
      ...{ customerId: found.customerId, deploymentId: found.deploymentId },
      before: { state },
    });
  });
}

/** Writes down that a step of a link's own set-up is done, once; later times change nothing. */
export async function recordStep(actor: Actor, step: string, now: Date): Promise<void> {
  await inScope(actor, async (tx) => {
    const done = JSON.stringify({ [step]: now.toISOString() });
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE console.setup_links SET progress = progress || ${done}::jsonb
      WHERE id = ${actor.id} AND NOT progress ? ${step} AND revoked_at IS NULL AND finished_at IS NULL
      RETURNING id`;
    if (rows.length === 0) return;
    const link = await tx.setupLink.findUniqueOrThrow({ where: { id: actor.id }, select: LOOKED_AT });
    await recordAudit(tx, actor, { action: "setup_link.step", ...targetOf(link), detail: { step } });
  });
}

/** A link's own set-up is done: the link opens nothing any more. */
export async function finishSetup(actor: Actor, now: Date): Promise<void> {
  await inScope(actor, async (tx) => {
    const where = { id: actor.id, revokedAt: null, finishedAt: null };
    if ((await tx.setupLink.updateMany({ where, data: { finishedAt: now } })).count === 0) return;
    const link = await tx.setupLink.findUniqueOrThrow({ where: { id: actor.id }, select: LOOKED_AT });
    await recordAudit(tx, actor, {
      action: "setup_link.finish",
      ...targetOf(link),
      detail: { steps: Object.keys(link.progress as object).length },
    });
  });
}

const inConsole = (path: string): string => new URL(path, env().consoleUrl).href;

async function findOrMakeOrganization(input: CreateSetupLinkInput): Promise<{ id: string; name: string }> {
  const driver = await driverOf(input.environmentId);
  if (input.organizationId !== "new") return await driver.getOrganization(input.organizationId);
  const draft = { name: input.organizationName ?? "", domains: [] };
  return await driver.createOrganization(draft, { key: newId("op"), again: false });
}
