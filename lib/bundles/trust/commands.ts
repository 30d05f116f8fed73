import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { keyFingerprint, readKeyLine } from "#lib/shared/bundle/key.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { mustSeeAll } from "../require.ts";
import type { AddTrustInput, RevokeTrustInput } from "../schema.ts";

/** Trusts another console's key, whose fingerprint a person was told by another way than the key. */
export function addTrust(
  actor: Actor,
  { name, key: pasted, fingerprint }: AddTrustInput,
): Promise<{ trustId: string }> {
  actor.must("bundle_trust.add");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    const key = readKeyLine(pasted);
    if (!key)
      throw fieldError(
        "key",
        "This is no key of a console. Copy the whole line that its page of keys shows.",
      );
    if (keyFingerprint(key) !== fingerprint)
      throw fieldError(
        "fingerprint",
        "This is not the fingerprint of that key. Do not go on before you know why.",
      );
    const own = await tx.bundleIssuer.findFirst();
    if (own?.id === key.consoleId) throw fieldError("key", "This is this console’s own key.");
    const id = newId("btk");
    await tx.bundleTrust
      .create({ data: { id, name, ...key, addedByName: actor.name } })
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw fieldError(
          "key",
          "This key is known already: trusted, or revoked, and then the other console makes another.",
        );
      });
    await recordAudit(tx, actor, {
      action: "bundle_trust.add",
      ...{ targetType: "bundle_trust", targetId: id, targetName: name },
      after: { consoleId: key.consoleId, fingerprint },
    });
    return { trustId: id };
  });
}

/** Nothing that it signed is taken any more, nor brought to a set from what was taken. It cannot be added again. */
export function revokeTrust(
  actor: Actor,
  { trustId, reason }: RevokeTrustInput,
  now = systemClock(),
): Promise<void> {
  actor.must("bundle_trust.revoke");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    const trust = await tx.bundleTrust.findUnique({ where: { id: trustId } });
    if (!trust) throw new AppError("not_found", "There is no such key.");
    const { count } = await tx.bundleTrust.updateMany({
      where: { id: trustId, revokedAt: null },
      data: { revokedAt: now, revokedByName: actor.name, revokedReason: reason },
    });
    if (count === 0) throw new AppError("conflict", "This key is revoked already.");
    await recordAudit(tx, actor, {
      action: "bundle_trust.revoke",
      ...{ targetType: "bundle_trust", targetId: trustId, targetName: trust.name },
      detail: { reason, fingerprint: keyFingerprint(trust) },
    });
  });
}

function fieldError(field: string, sentence: string): AppError {
  return new AppError("invalid", sentence, { [field]: sentence });
}
