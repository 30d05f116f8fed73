import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as bundled from "#lib/allowlist/sets/bundled/commands.ts";
import { listBundledSets } from "#lib/allowlist/sets/bundled/queries.ts";
import { BringEntryInput, BUNDLED_LIST, type BundledSet } from "#lib/allowlist/sets/bundled/schema.ts";
import { acceptVersion } from "#lib/allowlist/sets/commands.ts";
import { getSet } from "#lib/allowlist/sets/queries.ts";
import { getVersion } from "#lib/allowlist/sets/versions/queries.ts";
import { takeBundle } from "#lib/bundles/commands.ts";
import { bundleFile } from "#lib/bundles/file.ts";
import { makeBundleKey, retireBundleKey } from "#lib/bundles/keys/commands.ts";
import { listBundleKeys } from "#lib/bundles/keys/queries.ts";
import { getBundle, listBundles } from "#lib/bundles/queries.ts";
import { AddTrustInput, BUNDLE_LIST } from "#lib/bundles/schema.ts";
import { addTrust, revokeTrust } from "#lib/bundles/trust/commands.ts";
import { listTrusts } from "#lib/bundles/trust/queries.ts";
import { asSystem, closeDatabase, inScope } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { readKeyLine } from "#lib/shared/bundle/key.ts";
import { readBundle } from "#lib/shared/bundle/read.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { aList, type OtherConsole, otherConsole } from "#tests/support/bundles.ts";
import { somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

const [operator, admin] = [somebody("operator"), somebody("admin")];
const CLOUDFLARE = "aset_01KB45Q0000000000CF0000001";
const SENDERS = "aset_01KB45Q0000000000WS0000001";
let other: OtherConsole;
let trustId = "";
/** A name of its own for each test's set. */
let slug = "";

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  other = otherConsole();
  slug = `partner-${newId("x").slice(-8).toLowerCase()}`;
  ({ trustId } = await trusted(other));
});

const trusted = ({ line, fingerprint }: OtherConsole) =>
  addTrust(admin, AddTrustInput.parse({ name: "Northwind", key: line, fingerprint }));
const list = (over: Partial<BundledSet> = {}) => aList({ slug, ...over });
const take = (file: File, now?: Date) => takeBundle(operator, { file }, now);
const bring = (bundleId: string, over: Record<string, unknown> = {}, now?: Date) =>
  bundled.bringEntry(operator, BringEntryInput.parse({ bundleId, position: 0, ...over }), now);
const shown = async (bundleId: string) =>
  (await listBundledSets(operator, bundleId, parseListQuery({}, BUNDLED_LIST))).rows;
const accept = async (number: number) =>
  acceptVersion(admin, { versionId: (await getVersion(admin, slug, number)).version.id, reason: "" });
const actionsOf = (targetId: string) =>
  asSystem("a test reads the log", async (tx) =>
    (await tx.auditEvent.findMany({ where: { targetId }, orderBy: { id: "asc" } })).map(
      ({ action }) => action,
    ),
  );

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe("a bundle that is made here", () => {
  const readBy = async (id: string, line: string) => {
    const { body } = await bundleFile(operator, id);
    const key = readKeyLine(line);
    if (!key) throw new Error("The line that the console shows is no key.");
    const takenOf = async () => ({ lastSerial: null, isKnown: false });
    const found: Record<string, string> = {};
    const trust = { keys: [key], now: new Date(), bytesMax: 1_000_000, takenOf };
    const { manifest } = await readBundle(chunks(body), trust, ({ name }, bytes) => {
      found[name] = (found[name] ?? "") + Buffer.from(bytes).toString();
    });
    return { manifest, found };
  };

  test("needs a key; it holds the newest accepted versions, and either key's owner can read it while one is replaced", async () => {
    const make = () => bundled.makeSetBundle(operator, { setIds: [CLOUDFLARE, SENDERS], days: 30 });
    await expect(make()).rejects.toThrow(/no key yet/);
    const { keyId } = await makeBundleKey(admin);
    const first = await make();
    await makeBundleKey(admin);
    await expect(makeBundleKey(admin)).rejects.toThrow(/Retire the former one/);
    const second = await make();
    await retireBundleKey(admin, { keyId });
    const third = await make();
    const keys = await listBundleKeys(operator);
    const [next, former] = [keys.find((key) => !key.retiredAt), keys.find((key) => key.retiredAt)];
    const [newLine, oldLine] = [next?.line ?? "", former?.line ?? ""];

    const { manifest, found } = await readBy(first.bundleId, oldLine);
    expect(manifest.issuer).toEqual({ id: readKeyLine(newLine)?.consoleId, name: "Sallyport" });
    expect(JSON.parse(found.cloudflare ?? "")).toMatchObject({ slug: "cloudflare", version: 1 });
    expect(Object.keys(found)).toEqual(["cloudflare", "workos-senders"]);
    expect((await readBy(second.bundleId, oldLine)).manifest.serial).toBe(manifest.serial + 1);
    expect((await readBy(second.bundleId, newLine)).manifest.serial).toBe(manifest.serial + 1);
    expect((await readBy(third.bundleId, newLine)).manifest.serial).toBe(manifest.serial + 2);
    await expect(readBy(third.bundleId, oldLine)).rejects.toThrow(/not signed by a key/);
    await expect(readBy(first.bundleId, newLine)).rejects.toThrow(/not signed by a key/);
    await expect(retireBundleKey(admin, { keyId: next?.id ?? "" })).rejects.toThrow(/only key/);
    expect(await actionsOf(third.bundleId)).toEqual(["bundle.make", ...Array(2).fill("bundle.download")]);
    expect(await actionsOf(keyId)).toEqual(["bundle_key.make", "bundle_key.retire"]);
  });

  test("is made, with others at once, under a serial of its own", async () => {
    const make = () => bundled.makeSetBundle(operator, { setIds: [SENDERS], days: 30 });
    const made = await Promise.all([make(), make(), make()]);
    const serials = await Promise.all(
      made.map(async ({ bundleId }) => (await getBundle(operator, bundleId)).serial),
    );
    expect(new Set(serials).size).toBe(3);
  });

  test("keeps its private key sealed, and no screen is given it", async () => {
    const stored = await asSystem("a test looks at the rows", (tx) => tx.bundleKey.findMany());
    expect(stored.length).toBeGreaterThan(0);
    for (const { privateKeySealed } of stored) expect(privateKeySealed).toMatch(/^v1\.[0-9a-f]{8}\./);
    expect(JSON.stringify(await listBundleKeys(admin))).not.toMatch(/PRIVATE|v1\./);
  });
});

describe("a bundle that is taken in", () => {
  test("makes a set that nobody knew; its list is a proposal that somebody else accepts, and says where it is from", async () => {
    const file = other.bundle([list()]);
    const { bundleId, isKnown } = await take(file);
    expect(isKnown).toBe(false);
    expect(await shown(bundleId)).toMatchObject([
      { standing: "unknown", here: null, version: 4, networks: 2 },
    ]);
    await expect(bring(bundleId)).rejects.toMatchObject({
      fields: { customerId: "Choose whose it is to be." },
    });
    expect(await bring(bundleId, { customerId: "everyone" })).toMatchObject({
      ...{ outcome: "proposed", slug, number: 1, added: 2, isKnown: false },
    });
    const { version, set } = await getVersion(operator, slug, 1);
    expect(version).toMatchObject({ state: "proposed", intake: "bundle", proposedByName: operator.name });
    const { bundleId: its } = await getBundle(operator, bundleId);
    expect(version.sourceName).toContain(`${its} of Northwind, signed by ${other.fingerprint}, made 20`);
    expect([version.changedOn, version.checkedOn]).toEqual([new Date("2026-11-01"), new Date("2026-11-20")]);
    expect(set).toMatchObject({ name: "Partner networks", origin: "Their contract", owner: null });
    await accept(1);
    expect(await shown(bundleId)).toMatchObject([
      { standing: "same", outcome: "proposed", versionNumber: 1 },
    ]);
  });

  test("is shown beside what is known here, and brings only what differs", async () => {
    const first = await take(other.bundle([list()]));
    await bring(first.bundleId, { customerId: "everyone" });
    await accept(1);
    const again = await take(other.bundle([list({ checked_on: "2026-11-26" })]));
    expect(await shown(again.bundleId)).toMatchObject([{ standing: "same", isNewer: true, added: 0 }]);
    expect(await bring(again.bundleId)).toMatchObject({ outcome: "unchanged", number: 1 });
    expect((await getSet(operator, slug)).newest?.checkedOn).toEqual(new Date("2026-11-26"));
    const older = await take(other.bundle([list({ checked_on: "2026-01-01" })]));
    await bring(older.bundleId);
    expect((await getSet(operator, slug)).newest?.checkedOn).toEqual(new Date("2026-11-26"));
    const more = list({ networks: ["8.8.8.0/24", "9.9.9.0/24", "2001:4860::/32"] });
    const next = await take(other.bundle([more]));
    expect(await shown(next.bundleId)).toMatchObject([
      { standing: "differs", added: 1, removed: 0, here: { slug, number: 1 } },
    ]);
    expect(await bring(next.bundleId)).toMatchObject({ outcome: "proposed", number: 2, added: 1 });
  });

  test("changes nothing when it comes a second time, nor when it is brought twice, at once or later", async () => {
    const file = other.bundle([list()]);
    const takings = await Promise.all([take(file), take(file), take(file)]);
    expect(new Set(takings.map(({ bundleId }) => bundleId)).size).toBe(1);
    expect(takings.filter(({ isKnown }) => !isKnown)).toHaveLength(1);
    const bundleId = takings[0]?.bundleId ?? "";
    const brought = await Promise.all([1, 2, 3].map(() => bring(bundleId, { customerId: "everyone" })));
    expect(brought.map(({ number }) => number)).toEqual([1, 1, 1]);
    expect(brought.filter(({ isKnown }) => !isKnown)).toHaveLength(1);
    expect(await bring(bundleId)).toMatchObject({ isKnown: true, number: 1, added: 2 });
    await take(other.bundle([list()]));
    expect(await take(file)).toEqual({ bundleId, isKnown: true });
    expect(await actionsOf(bundleId)).toEqual(["bundle.take"]);
    expect(await actionsOf((await getSet(operator, slug)).id)).toEqual([
      "address_set.create",
      "address_set.propose",
    ]);
  });

  test("goes through the gates: what they refuse is kept with the reasons, and a jump can be meant", async () => {
    const first = await take(other.bundle([list()]));
    await bring(first.bundleId, { customerId: "everyone" });
    await accept(1);
    const jump = list({ networks: Array.from({ length: 9 }, (_, at) => `8.8.${at}.0/24`) });
    const { bundleId } = await take(other.bundle([jump]));
    const said = await bring(bundleId);
    expect(said.outcome).toBe("refused");
    expect(said.findings.map(({ code }) => code)).toContain("family_missing");
    expect((await getVersion(operator, slug, 2)).version).toMatchObject({
      state: "refused",
      intake: "bundle",
    });
    // Once more is the same once more; a reason makes it another matter.
    expect(await bring(bundleId)).toMatchObject({ isKnown: true, outcome: "refused", number: 2 });
    expect(await bring(bundleId, { meant: "They left IPv6" })).toMatchObject({
      outcome: "proposed",
      number: 3,
    });
  });

  test.each([
    ["a reserved network", ["192.0.2.0/24"], "reserved"],
    ["a network far too wide", ["8.0.0.0/7"], "too_wide"],
    ["what is no network", ["<!DOCTYPE html>"], "not_a_list"],
  ])("that holds %s opens nothing by being signed", async (_what, networks, code) => {
    const { bundleId } = await take(other.bundle([list({ networks })]));
    const said = await bring(bundleId, { customerId: "everyone", meant: "It is meant" });
    expect([said.outcome, said.findings[0]?.code]).toEqual(["refused", code]);
  });

  test("is not accepted by whoever brought it", async () => {
    const { bundleId } = await take(other.bundle([list()]));
    await bundled.bringEntry(admin, BringEntryInput.parse({ bundleId, position: 0, customerId: "everyone" }));
    await expect(accept(1)).rejects.toThrow(/You brought this version/);
  });

  test("with private networks becomes one customer's set, and never everybody's", async () => {
    const inside = list({ allows_private: true, networks: ["10.1.0.0/16"] });
    const { bundleId } = await take(other.bundle([inside]));
    await expect(bring(bundleId, { customerId: "everyone" })).rejects.toMatchObject({ kind: "invalid" });
    const customerId = newId("cus");
    await asSystem("a test's customer", (tx) =>
      tx.customer.create({ data: { id: customerId, name: "Quay", slug: customerId.toLowerCase() } }),
    );
    expect(await bring(bundleId, { customerId })).toMatchObject({ outcome: "proposed", slug });
    expect((await getSet(operator, slug)).owner).toEqual({ id: customerId, name: "Quay" });
  });

  test("waits while another version of the set waits, and is brought once that is decided", async () => {
    const first = await take(other.bundle([list()]));
    await bring(first.bundleId, { customerId: "everyone" });
    const next = await take(
      other.bundle([list({ networks: ["8.8.8.0/24", "9.9.9.0/24", "2001:4860::/32"] })]),
    );
    await expect(bring(next.bundleId)).rejects.toThrow(/Version 1 waits for a decision/);
    expect(await shown(next.bundleId)).toMatchObject([{ outcome: null, here: { waiting: 1 } }]);
    await accept(1);
    expect(await bring(next.bundleId)).toMatchObject({ outcome: "proposed", number: 2 });
  });

  const refusal = (file: File, now?: Date) =>
    take(file, now).then(
      () => "taken",
      (error: Error) => error.message,
    );

  test("is refused by another key, as an older one than was taken, once expired, with other bytes, or of another kind", async () => {
    const older = other.bundle([list()]);
    const strange = generateKeyPairSync("ed25519").privateKey;
    expect(await refusal(other.bundle([list()], {}, strange))).toMatch(/not signed by a key/);
    expect(await refusal(otherConsole().bundle([list()]))).toMatch(/not signed by a key/);
    const late = new Date(Date.now() + 31 * DAY_MS);
    expect(await refusal(other.bundle([list()]), late)).toMatch(/Have a new one made/);
    expect(await refusal(new File([other.bundle([list()]), "x"], "longer"))).toMatch(/longer than it says/);
    const kind = {
      kind: "update",
      name: "x",
      bytes: 2,
      sha256: "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    };
    const update = other.bundle([], { entries: [kind] });
    expect(await refusal(new File([update, "{}"], "update"))).toMatch(/what this version does not know/);
    expect(await refusal(other.bundle([list()]))).toBe("taken");
    expect(await refusal(older)).toMatch(/going back is refused/);
    const { total } = await listBundles(operator, parseListQuery({ q: slug }, BUNDLE_LIST));
    expect(total).toBe(1);
  });

  test("brings nothing any more once its key is revoked or its time is over", async () => {
    const { bundleId } = await take(other.bundle([list()]));
    const late = new Date(Date.now() + 31 * DAY_MS);
    await expect(bring(bundleId, { customerId: "everyone" }, late)).rejects.toThrow(/no longer valid/);
    await revokeTrust(admin, { trustId, reason: "Its console was stolen" });
    await expect(bring(bundleId, { customerId: "everyone" })).rejects.toThrow(/was revoked since/);
    expect(await refusal(other.bundle([list()]))).toMatch(/not signed by a key/);
    await expect(trusted(other)).rejects.toThrow(/known already/);
    expect(await actionsOf(trustId)).toEqual(["bundle_trust.add", "bundle_trust.revoke"]);
    expect((await listTrusts(operator)).find(({ id }) => id === trustId)).toMatchObject({
      ...{ bundles: 1, revokedReason: "Its console was stolen", fingerprint: other.fingerprint },
    });
  });
});

describe("a key of another console", () => {
  test("is trusted only with the fingerprint that was told by another way", async () => {
    const { line } = otherConsole();
    const fingerprint = otherConsole().fingerprint;
    const add = (over: Record<string, unknown>) =>
      addTrust(admin, AddTrustInput.parse({ name: "Somebody", key: line, fingerprint, ...over }));
    await expect(add({})).rejects.toMatchObject({
      fields: { fingerprint: expect.stringMatching(/not the fingerprint/) },
    });
    await expect(add({ key: "hello" })).rejects.toMatchObject({
      fields: { key: expect.stringMatching(/no key/) },
    });
    const read = otherConsole();
    const spoken = read.fingerprint.toUpperCase().replace(/(.{4})/g, "$1 ");
    await add({ key: read.line, fingerprint: spoken });
  });

  test("is no matter of whoever sees some customers only: nor are bundles", async () => {
    const some = somebody("admin", ["cus_1"]);
    for (const ask of [
      () => listTrusts(some),
      () => listBundleKeys(some),
      () => listBundles(some, parseListQuery({}, BUNDLE_LIST)),
    ])
      expect(ask).toThrow(/whole console's/);
    // The second wall: row by row, whatever a query asks.
    const rows = await inScope(some, (tx) =>
      Promise.all([tx.bundle.count(), tx.bundleTrust.count(), tx.bundleKey.count(), tx.bundleEntry.count()]),
    );
    expect(rows).toEqual([0, 0, 0, 0]);
  });
});
