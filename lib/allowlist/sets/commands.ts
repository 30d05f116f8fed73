import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import type { AddressSet } from "#lib/platform/prisma/client.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { fetchFeed } from "./fetching.ts";
import { factsOf, makeSet } from "./make.ts";
import { type Proposed, propose } from "./propose.ts";
import { lockSet, lockVersion, mustOwn, recordOfSet, requireSet } from "./require.ts";
import type {
  AcceptVersionInput,
  ChangeSetInput,
  CreateSetInput,
  ProposeVersionInput,
  RefuseVersionInput,
  SetRef,
  VersionRef,
} from "./schema.ts";

/** Makes a set without a version: its networks are brought, and accepted by somebody else. */
export function createSet(actor: Actor, input: CreateSetInput): Promise<{ slug: string }> {
  actor.must("address_set.create");
  return inScope(actor, async (tx) => {
    const { slug } = await makeSet(tx, actor, input);
    return { slug };
  });
}

export function changeSet(actor: Actor, { setId, ...input }: ChangeSetInput): Promise<void> {
  actor.must("address_set.change");
  return inScope(actor, async (tx) => {
    const before = await lockSet(tx, actor, setId);
    const data = { ...input, sourceUrl: input.sourceUrl ?? null };
    const after = await tx.addressSet.update({ where: { id: setId }, data });
    const entry = { before: factsOf(before), after: factsOf(after) };
    await recordOfSet(tx, actor, after, { action: "address_set.change", ...entry });
  });
}

/** No rule may name it from then on. */
export function archiveSet(actor: Actor, { setId }: SetRef, now = systemClock()): Promise<void> {
  actor.must("address_set.archive");
  return inScope(actor, async (tx) => {
    const set = await lockSet(tx, actor, setId);
    if (set.archivedAt) throw new AppError("conflict", "This set is archived already.");
    const rules = await tx.allowlistRule.count({
      where: { peerKind: "address_set", peer: set.slug, retiredAt: null },
    });
    if (rules > 0)
      throw new AppError(
        "conflict",
        `${rules === 1 ? "One rule names" : `${rules} rules name`} this set. Retire them or let them name another first.`,
      );
    await tx.addressSet.update({ where: { id: setId }, data: { archivedAt: now } });
    await recordOfSet(tx, actor, set, { action: "address_set.archive" });
  });
}

export function restoreSet(actor: Actor, { setId }: SetRef): Promise<void> {
  actor.must("address_set.restore");
  return inScope(actor, async (tx) => {
    const set = await lockSet(tx, actor, setId);
    if (!set.archivedAt) throw new AppError("conflict", "This set is not archived.");
    await tx.addressSet.update({ where: { id: setId }, data: { archivedAt: null } });
    await recordOfSet(tx, actor, set, { action: "address_set.restore" });
  });
}

/**
 * Brings a list to a set. It goes through the gates; what they refuse is kept with what they said, and what they let
 * pass waits for somebody else. No deployment uses it for that.
 */
export async function proposeVersion(
  actor: Actor,
  input: ProposeVersionInput,
  fetchList: (url: string) => Promise<Uint8Array> = fetchFeed,
  now = systemClock(),
): Promise<Proposed> {
  actor.must("address_set.propose");
  const { content, sourceName } = await bring(actor, input, fetchList);
  return inScope(actor, async (tx) => {
    const set = await lockSet(tx, actor, input.setId);
    const { intake, sha256, meant } = input;
    const changedOn = input.changedOn ? new Date(input.changedOn) : null;
    const list = { content, sourceName, intake, sha256, meant, changedOn, checkedOn: now };
    return propose(tx, actor, set, list, now);
  });
}

/** Somebody else than who brought it says that these are the set's networks. Every deployment stays on the version it uses. */
export function acceptVersion(
  actor: Actor,
  { versionId, reason }: AcceptVersionInput,
  now = systemClock(),
): Promise<void> {
  actor.must("address_set.accept");
  return decide(actor, versionId, { action: "address_set.accept", state: "accepted", reason, now });
}

export function refuseVersion(
  actor: Actor,
  { versionId, reason }: RefuseVersionInput,
  now = systemClock(),
): Promise<void> {
  actor.must("address_set.refuse");
  return decide(actor, versionId, { action: "address_set.refuse", state: "refused", reason, now });
}

export function withdrawVersion(actor: Actor, { versionId }: VersionRef, now = systemClock()): Promise<void> {
  actor.must("address_set.withdraw");
  return decide(actor, versionId, { action: "address_set.withdraw", state: "withdrawn", reason: "", now });
}

interface Decision {
  action: "address_set.accept" | "address_set.refuse" | "address_set.withdraw";
  state: "accepted" | "refused" | "withdrawn";
  reason: string;
  now: Date;
}

function decide(actor: Actor, versionId: string, { action, state, reason, now }: Decision): Promise<void> {
  return inScope(actor, async (tx) => {
    const { set, version } = await lockVersion(tx, actor, versionId);
    if (version.state !== "proposed")
      throw new AppError("conflict", `Version ${version.number} was ${version.state} already.`);
    if (state === "accepted" && version.proposedById === actor.id)
      throw new AppError("conflict", "You brought this version: somebody else accepts it.");
    await tx.addressSetVersion.update({
      where: { id: versionId },
      data: {
        ...{ state, decidedById: actor.id, decidedByName: actor.name, decidedAt: now },
        decidedReason: reason,
      },
    });
    const after = { version: version.number, state };
    await recordOfSet(tx, actor, set, { action, after, ...(reason && { detail: { reason } }) });
  });
}

/** The bytes, and what they are called. What is fetched is fetched before anything is locked. */
async function bring(
  actor: Actor,
  { intake, setId, text, file }: ProposeVersionInput,
  fetchList: (url: string) => Promise<Uint8Array>,
): Promise<{ content: Uint8Array; sourceName: string }> {
  const { sourceUrl } = await inScope(actor, async (tx) => {
    const set = await mustBeOpen(requireSet(tx, actor, { id: setId }));
    mustOwn(actor, set);
    return set;
  });
  if (intake === "text") return { content: Buffer.from(text), sourceName: "" };
  if (intake === "url") {
    if (sourceUrl === null)
      throw new AppError("conflict", "This set has no address to read. Give it one, or bring a file.");
    return { content: await fetchList(sourceUrl), sourceName: sourceUrl };
  }
  if (!file) throw new AppError("invalid", "Choose a file.", { file: "Choose a file." });
  return { content: new Uint8Array(await file.arrayBuffer()), sourceName: file.name.slice(0, 200) };
}

async function mustBeOpen(reading: Promise<AddressSet>): Promise<AddressSet> {
  const set = await reading;
  if (set.archivedAt) throw new AppError("conflict", "This set is archived. Restore it first.");
  return set;
}
