import "server-only";
import { mirror } from "#lib/connections/mirror.ts";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import { markStep } from "#lib/portal/mark-step.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined } from "#lib/shared/refusals.ts";
import { waitingRevision } from "./draft.ts";
import { isWithinPurpose, stepOf } from "./policy.ts";
import { decide } from "./record.ts";
import { makerOf, requireOwnConnection, requirePurpose } from "./require.ts";
import type { ActivateInput, ConnectionInput } from "./schema.ts";

/** Has people sign in by the draft from now on: it was tested exactly as it is, or a reason is written down. */
export async function activateOwn(setup: Setup, { connectionId, reason }: ActivateInput): Promise<void> {
  requirePurpose(setup, "sso", "certificate_renewal");
  setup.actor.must("connection.change");
  await requireOwnConnection(setup, connectionId);
  const maker = await makerOf(setup);
  const { active, before: _before, ...draft } = await waitingRevision(maker, connectionId);
  if (draft.state !== "draft")
    throw declined("conflict", "nothing_to_activate", {}, { fields: { form: "nothingToActivate" } });
  requireWithinPurpose(setup, draft, active);
  if (!draft.tested && !reason)
    throw declined("conflict", "untested", {}, { fields: { reason: "untested" } });
  const detail = {
    revision: draft.number,
    ...(draft.tested ? { tested: draft.tested.at.toISOString() } : {}),
    ...(reason ? { reason } : {}),
  };
  const decision = { by: setup.actor.name, reason: reason ?? null };
  await decide(setup, { connectionId, action: "connection.activate", detail }, () =>
    maker.revisions.activate(connectionId, draft.number, decision),
  );
  await showAtOnce(setup, connectionId);
  await markStep(setup, stepOf(setup, "activate"));
}

/** Has people sign in again by the revision before. Its settings were in use: they need no test, and nothing is lost. */
export async function returnOwn(setup: Setup, { connectionId }: ConnectionInput): Promise<void> {
  requirePurpose(setup, "sso", "certificate_renewal");
  setup.actor.must("connection.return");
  await requireOwnConnection(setup, connectionId);
  const maker = await makerOf(setup);
  const { active, before } = await waitingRevision(maker, connectionId);
  if (!before)
    throw declined("conflict", "nothing_to_return_to", {}, { fields: { form: "nothingToReturnTo" } });
  requireWithinPurpose(setup, before, active);
  await decide(
    setup,
    { connectionId, action: "connection.return", detail: { revision: before.number } },
    () =>
      maker.revisions.returnTo(
        connectionId,
        before.number,
        { by: setup.actor.name, reason: null },
        { key: newId("op"), again: false },
      ),
  );
  await showAtOnce(setup, connectionId);
}

/** The console shows it at once, and not when it next asks. */
async function showAtOnce(setup: Setup, connectionId: string): Promise<void> {
  const connection = await (await driverOf(setup.environmentId)).getConnection(connectionId);
  await inScope(setup.actor, (tx) => mirror(tx, setup, connection, null, new Date()));
}

/** Whoever may renew a certificate may not activate what else somebody left in a draft. */
export function requireWithinPurpose(setup: Setup, draft: Revision, active: Revision | null): void {
  if (!isWithinPurpose(setup, draft, active))
    throw declined("conflict", "more_than_certificates", {}, { fields: { form: "otherChange" } });
}
