import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { keyFingerprint } from "#lib/shared/bundle/key.ts";
import { mustSeeAll } from "../require.ts";

export interface TrustRow {
  id: string;
  name: string;
  consoleId: string;
  fingerprint: string;
  addedByName: string;
  addedAt: Date;
  revokedByName: string;
  revokedReason: string;
  revokedAt: Date | null;
  /** How many bundles that it signed were taken here. */
  bundles: number;
}

const TRUSTS_MAX = 200;

/** The other consoles' keys: those that are trusted, and below them those that were. */
export function listTrusts(actor: Actor): Promise<TrustRow[]> {
  actor.must("bundle.read");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    const trusts = await tx.bundleTrust.findMany({
      orderBy: [{ revokedAt: { sort: "desc", nulls: "first" } }, { name: "asc" }, { id: "asc" }],
      include: { _count: { select: { bundles: true } } },
      take: TRUSTS_MAX,
    });
    return trusts.map(({ publicKey, _count, ...trust }) => ({
      ...{ ...trust, bundles: _count.bundles },
      fingerprint: keyFingerprint({ consoleId: trust.consoleId, publicKey }),
    }));
  });
}
