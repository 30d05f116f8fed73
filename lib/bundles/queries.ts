import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { BundleDirection } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import { keyFingerprint, readKeyLine } from "#lib/shared/bundle/key.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { mustSeeAll } from "./require.ts";
import type { BundleListQuery } from "./schema.ts";

const FACTS = {
  ...{ id: true, direction: true, bundleId: true, issuerName: true, serial: true, madeAt: true },
  ...{ validUntil: true, entryCount: true, sizeBytes: true, byName: true, createdAt: true },
} as const;

export interface BundleRow {
  id: string;
  direction: BundleDirection;
  bundleId: string;
  issuerName: string;
  serial: number;
  madeAt: Date;
  validUntil: Date;
  entryCount: number;
  sizeBytes: number;
  byName: string;
  createdAt: Date;
}

/** One page of the bundles that were made here and of those that were taken. */
export function listBundles(actor: Actor, query: BundleListQuery): Promise<Page<BundleRow>> {
  actor.must("bundle.read");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    const where = narrowed(query);
    const total = await tx.bundle.count({ where });
    const rows = await tx.bundle.findMany({
      where,
      orderBy: orderOf(query),
      ...pageBounds(query),
      select: FACTS,
    });
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

export interface BundleDetails extends BundleRow {
  issuerId: string;
  manifestSha256: string;
  /** Of the key by which it is known here. */
  fingerprint: string;
  /** The other console as people here call it, where it was taken. */
  trust: { name: string; revokedAt: Date | null } | null;
  isExpired: boolean;
}

export function getBundle(actor: Actor, id: string, now = systemClock()): Promise<BundleDetails> {
  actor.must("bundle.read");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    const found = await tx.bundle.findUnique({
      where: { id },
      select: {
        ...{ ...FACTS, issuerId: true, manifestSha256: true, signedBy: true },
        trust: { select: { name: true, revokedAt: true } },
      },
    });
    if (!found) throw new AppError("not_found", "There is no such bundle.");
    const { signedBy, ...bundle } = found;
    const key = readKeyLine(signedBy);
    const isExpired = bundle.validUntil <= now;
    return { ...bundle, fingerprint: key ? keyFingerprint(key) : "", isExpired };
  });
}

function narrowed({ search, filters }: BundleListQuery): Prisma.BundleWhereInput {
  const directions = Object.values(BundleDirection).filter((each) => filters.direction.includes(each));
  return {
    ...(filters.direction.length > 0 && { direction: { in: directions } }),
    AND: search
      .split(/\s+/)
      .filter(Boolean)
      .slice(0, 8)
      .map((word) => ({
        OR: [
          { issuerName: containing(word) },
          { byName: containing(word) },
          { bundleId: word },
          { entries: { some: { OR: [{ title: containing(word) }, { name: containing(word) }] } } },
          ...(/^\d{1,9}$/.test(word) ? [{ serial: Number(word) }] : []),
        ],
      })),
  };
}

function orderOf({ sort, direction }: BundleListQuery): Prisma.BundleOrderByWithRelationInput[] {
  const columns = {
    when: [{ createdAt: direction }],
    serial: [{ serial: direction }],
    issuer: [{ issuerName: direction }, { serial: "desc" as const }],
  };
  return [...columns[sort], { id: direction }];
}
