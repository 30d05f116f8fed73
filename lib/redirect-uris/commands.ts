import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Carried, carryOutOrTakeBack, writeOperation } from "#lib/platform/outbox.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { redirectUriProblem } from "#lib/shared/redirect-uri.ts";
import { redirectUriOperations } from "./operations.ts";
import type { AddRedirectUriInput, RedirectUriRefInput } from "./schema.ts";

/** Registers where a sign-in may return to. The rules are checked here, so that a site is asked only what it will accept. */
export async function addRedirectUri(
  actor: Actor,
  { environmentId, uri }: AddRedirectUriInput,
): Promise<Carried> {
  actor.must("redirect_uri.change");
  const id = newId("uri");
  const operationId = await inScope(actor, async (tx) => {
    const { customerId, deploymentId, kind } = await requireEnvironment(tx, actor, environmentId);
    const problem = redirectUriProblem(uri, { kind, isDefault: false });
    if (problem) throw new AppError("invalid", problem, { uri: problem });
    await tx.redirectUri
      .create({ data: { id, customerId, environmentId, uri }, select: { id: true } })
      .catch(taken);
    await recordAudit(tx, actor, {
      action: "redirect_uri.change",
      ...{ targetType: "redirect_uri", targetId: id, targetName: uri, customerId, deploymentId },
      detail: { change: "added" },
    });
    const where = { customerId, deploymentId, environmentId, targetId: id };
    return await writeOperation(tx, actor, { kind: "redirect_uri.add", ...where, input: { uri } });
  });
  return await carryOutOrTakeBack(redirectUriOperations, operationId);
}

/** Chooses where a sign-in returns to that names no redirect URI, such as one that the provider started. */
export async function chooseDefaultRedirectUri(actor: Actor, input: RedirectUriRefInput): Promise<Carried> {
  return await change(actor, input, "redirect_uri.choose_default", ({ uri, environment }) =>
    redirectUriProblem(uri, { kind: environment.kind, isDefault: true }),
  );
}

export async function removeRedirectUri(actor: Actor, input: RedirectUriRefInput): Promise<Carried> {
  return await change(actor, input, "redirect_uri.remove", ({ isDefault }) =>
    isDefault ? "This is the default redirect URI. Choose another default first." : null,
  );
}

type Kind = "redirect_uri.choose_default" | "redirect_uri.remove";
type Found = Awaited<ReturnType<typeof requireRedirectUri>>;

async function change(
  actor: Actor,
  { redirectUriId }: RedirectUriRefInput,
  kind: Kind,
  problem: (found: Found) => string | null,
): Promise<Carried> {
  actor.must("redirect_uri.change");
  const operationId = await inScope(actor, async (tx) => {
    const found = await requireRedirectUri(tx, actor, redirectUriId);
    const { id, uri, remoteId, customerId, environmentId, environment } = found;
    const obstacle = problem(found);
    if (obstacle) throw new AppError("conflict", obstacle);
    if (!remoteId)
      throw new AppError("conflict", "This redirect URI is still being added. See the pending operations.");
    const where = { customerId, deploymentId: environment.deploymentId };
    await recordAudit(tx, actor, {
      action: "redirect_uri.change",
      ...{ targetType: "redirect_uri", targetId: id, targetName: uri, ...where },
      detail: { change: kind === "redirect_uri.remove" ? "removed" : "made the default" },
    });
    return await writeOperation(tx, actor, {
      kind,
      ...where,
      environmentId,
      targetId: id,
      input: { remoteId },
    });
  });
  return await carryOutOrTakeBack(redirectUriOperations, operationId);
}

async function requireRedirectUri(tx: Tx, actor: Actor, id: string) {
  const found = await tx.redirectUri.findFirst({
    where: { id, ...visibleTo(actor) },
    select: {
      id: true,
      uri: true,
      isDefault: true,
      remoteId: true,
      customerId: true,
      environmentId: true,
      environment: { select: { deploymentId: true, kind: true } },
    },
  });
  if (!found) throw new AppError("not_found", "There is no such redirect URI.");
  return found;
}

function taken(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  const message = "This redirect URI is registered already.";
  throw new AppError("conflict", message, { uri: message });
}
