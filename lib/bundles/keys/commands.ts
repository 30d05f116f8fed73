import "server-only";
import { generateKeyPairSync } from "node:crypto";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { seal } from "#lib/platform/seal.ts";
import { keyFingerprint } from "#lib/shared/bundle/key.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { publicKeyText } from "#lib/shared/signing.ts";
import { mustSeeAll } from "../require.ts";
import type { BundleKeyRef } from "../schema.ts";
import { lockIssuer } from "./issuer.ts";
import { keyContext } from "./key-context.ts";

/** The first key, or the next one: until the former is retired, both sign. */
export function makeBundleKey(actor: Actor): Promise<{ keyId: string }> {
  actor.must("bundle_key.make");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    const { id: consoleId } = await lockIssuer(tx);
    if ((await tx.bundleKey.count({ where: { retiredAt: null } })) > 1)
      throw new AppError("conflict", "Two keys sign already. Retire the former one first.");
    const { privateKey } = generateKeyPairSync("ed25519");
    const id = newId("bkey");
    const publicKey = publicKeyText(privateKey);
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    await tx.bundleKey.create({
      data: { id, publicKey, privateKeySealed: seal(pem, keyContext(id)), createdByName: actor.name },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: "bundle_key.make",
      ...{ targetType: "bundle_key", targetId: id, targetName: shortOf(consoleId, publicKey) },
      detail: { fingerprint: keyFingerprint({ consoleId, publicKey }) },
    });
    return { keyId: id };
  });
}

/** It signs nothing any more. The last one stays: whoever has to change it makes the next first. */
export function retireBundleKey(actor: Actor, { keyId }: BundleKeyRef, now = systemClock()): Promise<void> {
  actor.must("bundle_key.retire");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    const { id: consoleId } = await lockIssuer(tx);
    const where = { id: keyId };
    const key = await tx.bundleKey.findUnique({ where, select: { publicKey: true, retiredAt: true } });
    if (!key) throw new AppError("not_found", "There is no such key.");
    if (key.retiredAt) throw new AppError("conflict", "This key is retired already.");
    if ((await tx.bundleKey.count({ where: { retiredAt: null } })) < 2)
      throw new AppError("conflict", "This is the only key. Make the next one first.");
    await tx.bundleKey.update({
      where,
      data: { retiredAt: now, retiredByName: actor.name },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: "bundle_key.retire",
      ...{ targetType: "bundle_key", targetId: keyId, targetName: shortOf(consoleId, key.publicKey) },
    });
  });
}

function shortOf(consoleId: string, publicKey: string): string {
  return keyFingerprint({ consoleId, publicKey }).slice(0, 16);
}
