import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { AddressSet, Prisma } from "#lib/platform/prisma/client.ts";
import type { SetIntake } from "#lib/platform/prisma/enums.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { judge } from "./intake.ts";
import { newestAccepted, recordOfSet } from "./require.ts";
import type { Finding } from "./schema.ts";

/** What became of a list that was brought. */
export interface Proposed {
  /** `unchanged`: it is what the newest accepted version holds, which is now known to be so. */
  outcome: "proposed" | "refused" | "unchanged";
  slug: string;
  number: number;
  findings: Finding[];
  added: number;
  removed: number;
}

export interface BroughtList {
  content: Uint8Array;
  intake: SetIntake;
  sourceName: string;
  /** What the bytes are to hash to, by the word of whoever sent them. */
  sha256?: string | undefined;
  meant: string;
  changedOn: Date | null;
  /** When it was known to be so. */
  checkedOn: Date;
  /** More for the record. */
  detail?: Prisma.InputJsonObject;
}

/** Puts a list through the gates for a set that the caller has locked, and keeps what became of it. */
export async function propose(
  tx: Tx,
  actor: Actor,
  set: AddressSet,
  { content, intake, sourceName, sha256, meant, changedOn, checkedOn, detail: more = {} }: BroughtList,
  now: Date,
): Promise<Proposed> {
  if (set.archivedAt) throw new AppError("conflict", "This set is archived. Restore it first.");
  const { slug, allowsPrivate } = set;
  const last = await newestAccepted(tx, set.id);
  const judged = judge({ content, lastGood: last?.cidrs ?? null, allowsPrivate, sha256, meant });
  const { findings, cidrs } = judged;
  const [added, removed] = [judged.added.length, judged.removed.length];
  const said = { intake, sourceName, sha256: judged.sha256, ...more };
  if (last && !judged.refused && added + removed === 0) {
    if (checkedOn > last.checkedOn)
      await tx.addressSetVersion.update({ where: { id: last.id }, data: { checkedOn } });
    const detail = { ...said, outcome: "unchanged", version: last.number };
    await recordOfSet(tx, actor, set, { action: "address_set.propose", detail });
    return { outcome: "unchanged", slug, number: last.number, findings: [], added, removed };
  }
  if (!judged.refused) await nothingMayWait(tx, set);
  const { _max } = await tx.addressSetVersion.aggregate({
    where: { setId: set.id },
    _max: { number: true },
  });
  const number = (_max.number ?? 0) + 1;
  const outcome = judged.refused ? "refused" : "proposed";
  await tx.addressSetVersion.create({
    data: {
      ...{ id: newId("asetv"), setId: set.id, customerId: set.customerId, number, state: outcome },
      ...{ cidrs, networkCount: cidrs.length, addedCount: added, removedCount: removed },
      ...{ intake, sourceName, contentSha256: judged.sha256, findings, changedOn, checkedOn },
      ...{ proposedById: actor.id, proposedByName: actor.name, proposedAt: now },
      ...(judged.refused ? { decidedAt: now, decidedReason: "Refused by the gates." } : {}),
    },
  });
  const after = { version: number, networks: cidrs.length, added, removed };
  const detail = { ...said, outcome, findings: findings.map(({ code }) => code) };
  await recordOfSet(tx, actor, set, { action: "address_set.propose", after, detail });
  return { outcome, slug, number, findings, added, removed };
}

/** One proposal at a time: so what it adds and removes is said against what it will replace. */
async function nothingMayWait(tx: Tx, { id: setId }: AddressSet): Promise<void> {
  const waiting = await tx.addressSetVersion.findFirst({
    where: { setId, state: "proposed" },
    select: { number: true },
  });
  if (waiting)
    throw new AppError(
      "conflict",
      `Version ${waiting.number} waits for a decision. It is accepted, refused or withdrawn first.`,
    );
}
