import "server-only";
import { isDeepStrictEqual } from "node:util";
import { mirror } from "#lib/connections/mirror.ts";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import { markStep } from "#lib/portal/mark-step.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";
import { waitingRevision } from "./draft.ts";
import { stepOf } from "./policy.ts";
import { recordOwn } from "./record.ts";
import { makerOf, requireOwnConnection, requirePurpose } from "./require.ts";
import type { ActivateInput } from "./schema.ts";

/** Has people sign in by the draft from now on: it was tested exactly as it is, or a reason is written down. */
export async function activateOwn(setup: Setup, { connectionId, reason }: ActivateInput): Promise<void> {
  requirePurpose(setup, "sso", "certificate_renewal");
  setup.actor.must("connection.change");
  await requireOwnConnection(setup, connectionId);
  const maker = await makerOf(setup);
  const { active, ...draft } = await waitingRevision(maker, connectionId);
  if (draft.state !== "draft")
    throw declined("conflict", "nothing_to_activate", {}, { fields: { form: "nothingToActivate" } });
  requireWithinPurpose(setup, draft, active);
  if (!draft.tested && !reason)
    throw declined("conflict", "untested", {}, { fields: { reason: "untested" } });
  await recordOwn(setup, connectionId, "connection.change", {
    activated: draft.number,
    ...(draft.tested ? { tested: draft.tested.at.toISOString() } : {}),
    ...(reason ? { reason } : {}),
  });
  const decision = { by: setup.actor.name, reason: reason ?? null };
  await maker.revisions.activate(connectionId, draft.number, decision);
  // The console shows it at once, and not when it next asks.
  const connection = await (await driverOf(setup.environmentId)).getConnection(connectionId);
  await inScope(setup.actor, (tx) => mirror(tx, setup, connection, null, new Date()));
  await markStep(setup, stepOf(setup, "activate"));
}

/** Whoever may renew a certificate may not activate what else somebody left in a draft. */
export function requireWithinPurpose(setup: Setup, draft: Revision, active: Revision | null): void {
  if (setup.purposes.includes("sso")) return;
  const same =
    active !== null &&
    draft.type === active.type &&
    isDeepStrictEqual(draft.mapping, active.mapping) &&
    isDeepStrictEqual(draft.settings, active.settings);
  if (!same) throw declined("conflict", "more_than_certificates", {}, { fields: { form: "otherChange" } });
}
