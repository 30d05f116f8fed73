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
import { below, requireGateway } from "../require.ts";
import { OVERLAP_MS } from "../schema.ts";
import { intakeContext } from "../secrets.ts";
import type { ChangeIntakeInput, CreateIntakeInput, IntakeRef, RotateIntakeInput } from "./schema.ts";

/** As many as a gateway's configuration may name. */
const INTAKES_MAX = 100;
const KILOBYTE = 1_000;

/** Opens a path of a gateway to something outside, which the allowlist has to let in as well. */
export function createIntake(actor: Actor, input: CreateIntakeInput): Promise<{ intakeId: string }> {
  actor.must("gateway_intake.create");
  return inScope(actor, async (tx) => {
    const gateway = await requireGateway(tx, actor, input.gatewayId);
    if ((await tx.gatewayIntake.count({ where: { gatewayId: gateway.id } })) >= INTAKES_MAX)
      throw new AppError("conflict", "A gateway has at most a hundred intake paths.");
    const intakeId = newId("gwi");
    const facts = input.kind === "webhook" ? webhookFacts(input, intakeId) : { target: input.target };
    if (input.kind === "webhook") {
      const environment = await requireEnvironment(tx, actor, input.environmentId);
      if (environment.deploymentId !== gateway.deploymentId)
        throw new AppError("not_found", "There is no such environment.");
    }
    const { kind, path } = input;
    await tx.gatewayIntake
      .create({
        data: {
          ...{ id: intakeId, ...below(gateway), kind, path, ...facts },
          ...{ maxBytes: input.maxKilobytes * KILOBYTE, createdByName: actor.name },
        },
        select: { id: true },
      })
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new AppError("conflict", "This path is open already.", { path: "This path is open already." });
      });
    await recordAudit(tx, actor, {
      action: "gateway_intake.create",
      ...targetOf({ ...gateway, id: intakeId, path }),
      after: {
        ...{ kind, path, maxBytes: input.maxKilobytes * KILOBYTE },
        ...(input.kind === "webhook"
          ? { environment: input.environmentId, toleranceSeconds: input.toleranceSeconds }
          : { target: input.target }),
      },
    });
    return { intakeId };
  });
}

/** What a path takes, and where that leads. */
export function changeIntake(actor: Actor, input: ChangeIntakeInput): Promise<void> {
  actor.must("gateway_intake.change");
  return inScope(actor, async (tx) => {
    const intake = await requireIntake(tx, actor, input.intakeId);
    if (intake.kind !== input.kind) throw new AppError("conflict", "This path is of another kind.");
    const data = {
      maxBytes: input.maxKilobytes * KILOBYTE,
      ...(input.kind === "webhook" ? { toleranceSeconds: input.toleranceSeconds } : { target: input.target }),
    };
    await tx.gatewayIntake.update({ where: { id: intake.id }, data, select: { id: true } });
    const { maxBytes, toleranceSeconds, target } = intake;
    await recordAudit(tx, actor, {
      action: "gateway_intake.change",
      ...targetOf(intake),
      before: { maxBytes, ...(input.kind === "webhook" ? { toleranceSeconds } : { target }) },
      after: data,
    });
  });
}

/** Takes over the sender's new secret. While they overlap, either counts. */
export function rotateIntakeSecret(
  actor: Actor,
  { intakeId, secret, overlap }: RotateIntakeInput,
  now = systemClock(),
): Promise<void> {
  actor.must("gateway_intake.rotate_secret");
  return inScope(actor, async (tx) => {
    const intake = await requireIntake(tx, actor, intakeId);
    if (intake.kind !== "webhook") throw new AppError("conflict", "A callback is not signed.");
    const sealed = seal(secret, intakeContext(intake.id));
    const endsAt = new Date(now.getTime() + OVERLAP_MS[overlap]);
    await tx.$executeRaw`
      UPDATE console.gateway_intakes SET secret_sealed = ${sealed},
        previous_secret_sealed = CASE WHEN ${overlap !== "none"} THEN secret_sealed END,
        previous_secret_ends_at = CASE WHEN ${overlap !== "none"} THEN ${endsAt}::timestamptz END
      WHERE id = ${intake.id}`;
    await recordAudit(tx, actor, {
      action: "gateway_intake.rotate_secret",
      ...targetOf(intake),
      detail: { overlap },
    });
  });
}

/** Closes a path: whoever sends there is refused. */
export function removeIntake(actor: Actor, { intakeId }: IntakeRef): Promise<void> {
  actor.must("gateway_intake.remove");
  return inScope(actor, async (tx) => {
    const intake = await requireIntake(tx, actor, intakeId);
    await tx.gatewayIntake.delete({ where: { id: intake.id }, select: { id: true } });
    await recordAudit(tx, actor, { action: "gateway_intake.remove", ...targetOf(intake) });
  });
}

function webhookFacts(input: Extract<CreateIntakeInput, { kind: "webhook" }>, intakeId: string) {
  const { environmentId, toleranceSeconds, secret } = input;
  return { environmentId, toleranceSeconds, secretSealed: seal(secret, intakeContext(intakeId)) };
}

interface FoundIntake {
  id: string;
  path: string;
  customerId: string;
  deploymentId: string;
}

async function requireIntake(tx: Tx, actor: Actor, intakeId: string) {
  const found = await tx.gatewayIntake.findFirst({
    where: { id: intakeId, ...visibleTo(actor) },
    select: {
      ...{ id: true, kind: true, path: true, customerId: true, deploymentId: true },
      ...{ maxBytes: true, toleranceSeconds: true, target: true },
    },
  });
  if (!found) throw new AppError("not_found", "There is no such intake path.");
  return found;
}

function targetOf({ id, path, customerId, deploymentId }: FoundIntake) {
  return { targetType: "gateway_intake", targetId: id, targetName: path, customerId, deploymentId };
}
