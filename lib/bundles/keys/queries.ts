import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { keyFingerprint, keyLine } from "#lib/shared/bundle/key.ts";
import { mustSeeAll } from "../require.ts";

export interface OwnKey {
  id: string;
  /** What the other console is given. */
  line: string;
  fingerprint: string;
  createdByName: string;
  createdAt: Date;
  retiredByName: string;
  retiredAt: Date | null;
}

const KEYS_MAX = 20;

/** This console's keys: those that sign, and below them those that did. */
export function listBundleKeys(actor: Actor): Promise<OwnKey[]> {
  actor.must("bundle.read");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    const issuer = await tx.bundleIssuer.findFirst();
    if (!issuer) return [];
    const keys = await tx.bundleKey.findMany({
      orderBy: [{ retiredAt: { sort: "desc", nulls: "first" } }, { id: "asc" }],
      select: {
        ...{ id: true, publicKey: true, createdByName: true, createdAt: true },
        ...{ retiredByName: true, retiredAt: true },
      },
      take: KEYS_MAX,
    });
    return keys.map(({ publicKey, ...key }) => {
      const own = { consoleId: issuer.id, publicKey };
      return { ...key, line: keyLine(own), fingerprint: keyFingerprint(own) };
    });
  });
}
