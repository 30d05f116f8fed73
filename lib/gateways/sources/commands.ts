import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { seal } from "#lib/platform/seal.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { askErrand } from "../errands.ts";
import { below, requireGateway } from "../require.ts";
import { sourceContext } from "../secrets.ts";
import type { ChangeSourceInput, CreateSourceInput, PullAgainInput, SourceRef } from "./schema.ts";

/** Has a gateway pull the events of one of its deployment's environments. */
export function createSource(actor: Actor, input: CreateSourceInput): Promise<{ sourceId: string }> {
  actor.must("gateway_source.create");
  return inScope(actor, async (tx) => {
    const gateway = await requireGateway(tx, actor, input.gatewayId);
    const environment = await requireEnvironment(tx, actor, input.environmentId);
    // Another deployment's events are nothing for this site.
    if (environment.deploymentId !== gateway.deploymentId)
      throw new AppError("not_found", "There is no such environment.");
    const sourceId = newId("gws");
    await tx.gatewaySource
      .create({
        data: {
          ...{ id: sourceId, ...below(gateway), environmentId: environment.id, events: input.events },
          apiKeySealed: input.apiKey === "" ? null : seal(input.apiKey, sourceContext(sourceId)),
          createdByName: actor.name,
        },
        select: { id: true },
      })
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        const message = "The events of this environment are pulled already.";
        throw new AppError("conflict", message, { environmentId: message });
      });
    await recordAudit(tx, actor, {
      action: "gateway_source.create",
      ...targetOf({ ...gateway, id: sourceId, environment }),
      after: { environment: environment.id, events: input.events, ownKey: input.apiKey !== "" },
    });
    return { sourceId };
  });
}

/** Which events are pulled, with which key, and whether at all now. */
export function changeSource(
  actor: Actor,
  { sourceId, apiKey, events, paused }: ChangeSourceInput,
  now = systemClock(),
): Promise<void> {
  actor.must("gateway_source.change");
  return inScope(actor, async (tx) => {
    const source = await requireSource(tx, actor, sourceId);
    await tx.gatewaySource.update({
      where: { id: source.id },
      data: {
        ...{ events, pausedAt: paused ? (source.pausedAt ?? now) : null },
        ...(apiKey === "" ? {} : { apiKeySealed: seal(apiKey, sourceContext(source.id)) }),
      },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: "gateway_source.change",
      ...targetOf(source),
      before: { events: source.events, paused: source.pausedAt !== null },
      after: { events, paused },
      ...(apiKey === "" ? {} : { detail: { apiKey: "changed" } }),
    });
  });
}

/** Has a range pulled again; what is known already is not delivered twice. */
export function pullAgain(
  actor: Actor,
  { sourceId, from, to }: PullAgainInput,
): Promise<{ errandId: string }> {
  actor.must("gateway_source.pull_again");
  return inScope(actor, async (tx) => {
    const source = await requireSource(tx, actor, sourceId);
    const range = { from: from.toISOString(), to: to.toISOString() };
    const errandId = await askErrand(tx, actor, source, {
      kind: "backfill",
      targetId: source.id,
      input: range,
    });
    await recordAudit(tx, actor, {
      action: "gateway_source.pull_again",
      ...targetOf(source),
      detail: { ...range, errand: errandId },
    });
    return { errandId };
  });
}

/** Ends the pulling. What was pulled is still handed over. */
export function removeSource(actor: Actor, { sourceId }: SourceRef): Promise<void> {
  actor.must("gateway_source.remove");
  return inScope(actor, async (tx) => {
    const source = await requireSource(tx, actor, sourceId);
    await tx.gatewaySource.delete({ where: { id: source.id }, select: { id: true } });
    // Nobody could carry them out any more.
    await tx.gatewayErrand.deleteMany({ where: { targetId: source.id, state: "asked" } });
    await recordAudit(tx, actor, { action: "gateway_source.remove", ...targetOf(source) });
  });
}

interface FoundSource {
  id: string;
  customerId: string;
  deploymentId: string;
  environment: { name: string };
}

async function requireSource(tx: Tx, actor: Actor, sourceId: string) {
  const found = await tx.gatewaySource.findFirst({
    where: { id: sourceId, ...visibleTo(actor) },
    select: {
      ...{ id: true, gatewayId: true, customerId: true, deploymentId: true, events: true, pausedAt: true },
      environment: { select: { name: true } },
    },
  });
  if (!found) throw new AppError("not_found", "There is no such source.");
  return found;
}

function targetOf({ id, customerId, deploymentId, environment }: FoundSource) {
  const targetName = environment.name;
  return { targetType: "gateway_source", targetId: id, targetName, customerId, deploymentId };
}
