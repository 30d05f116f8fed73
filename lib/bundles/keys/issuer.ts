import "server-only";
import { createPrivateKey, type KeyObject } from "node:crypto";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { open } from "#lib/platform/seal.ts";
import type { BundleKey } from "#lib/shared/bundle/key.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { keyContext } from "./key-context.ts";

/** This console as its bundles name it, held until the end of the transaction; it begins to be one when it is first asked for. */
export async function lockIssuer(tx: Tx): Promise<{ id: string; lastSerial: number }> {
  await tx.bundleIssuer.createMany({ data: [{ id: newId("con") }], skipDuplicates: true });
  await tx.$queryRaw(Prisma.sql`SELECT FROM console.bundle_issuers FOR UPDATE`);
  return tx.bundleIssuer.findFirstOrThrow();
}

export interface SigningKey extends BundleKey {
  readonly privateKey: KeyObject;
}

/** The keys that sign what is made now, the oldest first. */
export async function signingKeys(tx: Tx, consoleId: string): Promise<SigningKey[]> {
  const keys = await tx.bundleKey.findMany({ where: { retiredAt: null }, orderBy: { id: "asc" }, take: 4 });
  if (keys.length === 0)
    throw new AppError(
      "conflict",
      "This console has no key yet to sign a bundle with. An admin makes one first.",
    );
  return keys.map(({ id, publicKey, privateKeySealed }) => ({
    ...{ consoleId, publicKey },
    privateKey: createPrivateKey(open(privateKeySealed, keyContext(id))),
  }));
}
