import "server-only";
import { type Actor, customersVisibleTo } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import type { AddressSet, Prisma } from "#lib/platform/prisma/client.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { fetchFeed } from "./fetching.ts";
import { judge } from "./intake.ts";
import { lockSet, lockVersion, mustOwn, newestAccepted, recordOfSet, requireSet } from "./require.ts";
import type {
  AcceptVersionInput,
  ChangeSetInput,
  CreateSetInput,
  Finding,
  ProposeVersionInput,
  RefuseVersionInput,
  SetRef,
  VersionRef,
} from "./schema.ts";

/** Makes a set without a version: its networks are brought, and accepted by somebody else. */
export function createSet(actor: Actor, input: CreateSetInput): Promise<{ slug: string }> {
  actor.must("address_set.create");
  const { customerId = null, sourceUrl = null, ...facts } = input;
  return inScope(actor, async (tx) => {
    if (customerId !== null) await mustBeCustomer(tx, actor, customerId);
    mustOwn(actor, { customerId });
    if (customerId === null && facts.allowsPrivate)
      throw new AppError("invalid", "Some fields need another look.", {
        allowsPrivate: "What lies inside a network is one customer's: choose whose.",
      });
    const id = newId("aset");
    const slug = slugOf(facts.name, customerId === null ? null : id);
    const set = await tx.addressSet
      .create({ data: { id, slug, customerId, sourceUrl, ...facts } })
      .catch(takenName);
    await recordOfSet(tx, actor, set, { action: "address_set.create", after: factsOf(set) });
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

/** What became of a list that was brought. */
export interface Proposed {
  /** `unchanged`: it is what the newest accepted version holds, which is now known to be so today. */
  outcome: "proposed" | "refused" | "unchanged";
  slug: string;
  number: number;
  findings: Finding[];
  added: number;
  removed: number;
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
    const set = await mustBeOpen(lockSet(tx, actor, input.setId));
    const { slug, allowsPrivate } = set;
    const last = await newestAccepted(tx, set.id);
    const { meant, sha256, intake } = input;
    const judged = judge({ content, lastGood: last?.cidrs ?? null, allowsPrivate, sha256, meant });
    const { findings, cidrs } = judged;
    const [added, removed] = [judged.added.length, judged.removed.length];
    const said = { intake, sourceName, sha256: judged.sha256 };
    if (last && !judged.refused && added + removed === 0) {
      await tx.addressSetVersion.update({ where: { id: last.id }, data: { checkedOn: now } });
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
        ...{ intake, sourceName, contentSha256: judged.sha256, findings },
        ...{ changedOn: input.changedOn ? new Date(input.changedOn) : null, checkedOn: now },
        ...{ proposedById: actor.id, proposedByName: actor.name, proposedAt: now },
        ...(judged.refused ? { decidedAt: now, decidedReason: "Refused by the gates." } : {}),
      },
    });
    const after = { version: number, networks: cidrs.length, added, removed };
    const detail = { ...said, outcome, findings: findings.map(({ code }) => code) };
    await recordOfSet(tx, actor, set, { action: "address_set.propose", after, detail });
    return { outcome, slug, number, findings, added, removed };
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

async function mustBeCustomer(tx: Tx, actor: Actor, id: string): Promise<void> {
  const where = { AND: [{ id }, customersVisibleTo(actor)] };
  const customer = await tx.customer.findFirst({ where, select: { archivedAt: true } });
  if (!customer) throw new AppError("not_found", "There is no such customer.");
  if (customer.archivedAt) throw new AppError("conflict", "This customer is archived.");
}

/** A customer's own ends with some of its id: whether another customer has a set of this name is nobody's business. */
function slugOf(name: string, id: string | null): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return id === null ? words : `${words}-${id.slice(-6).toLowerCase()}`;
}

function takenName(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  const sentence = "There is a set of this name already.";
  throw new AppError("conflict", sentence, { name: sentence });
}

function factsOf(set: AddressSet): Prisma.InputJsonObject {
  const { slug, name, origin, sourceUrl, allowsPrivate, description } = set;
  return { slug, name, origin, sourceUrl, allowsPrivate, description };
}
