import * as bundled from "#lib/allowlist/sets/bundled/commands.ts";
import * as bundledQueries from "#lib/allowlist/sets/bundled/queries.ts";
import { BringEntryInput, BUNDLED_LIST } from "#lib/allowlist/sets/bundled/schema.ts";
import * as commands from "#lib/bundles/commands.ts";
import * as keys from "#lib/bundles/keys/commands.ts";
import { listBundleKeys } from "#lib/bundles/keys/queries.ts";
import { getBundle, listBundles } from "#lib/bundles/queries.ts";
import { BUNDLE_LIST } from "#lib/bundles/schema.ts";
import * as trust from "#lib/bundles/trust/commands.ts";
import { listTrusts } from "#lib/bundles/trust/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { type Rows, row } from "./rows.ts";

const KEY = { name: "Elsewhere", key: "no key", fingerprint: "0".repeat(64) };

/** Bundles are the whole console's: of no customer, and only of those who see them all. */
export const BUNDLES: Rows = {
  "bundles/queries.listBundles": row("bundle.read", "none", (actor) =>
    listBundles(actor, parseListQuery({}, BUNDLE_LIST)),
  ),
  "bundles/queries.getBundle": row("bundle.read", "none", (actor, { bundleRowId }) =>
    getBundle(actor, bundleRowId),
  ),
  "bundles/keys/queries.listBundleKeys": row("bundle.read", "none", listBundleKeys),
  "bundles/trust/queries.listTrusts": row("bundle.read", "none", listTrusts),
  "bundles/commands.takeBundle": row("bundle.take", "none", (actor) =>
    commands.takeBundle(actor, { file: new File(["no bundle"], "x.bundle") }),
  ),
  "bundles/keys/commands.makeBundleKey": row("bundle_key.make", "none", (actor) => keys.makeBundleKey(actor)),
  "bundles/keys/commands.retireBundleKey": row("bundle_key.retire", "none", (actor, { bundleKeyId: keyId }) =>
    keys.retireBundleKey(actor, { keyId }),
  ),
  "bundles/trust/commands.addTrust": row("bundle_trust.add", "none", (actor) => trust.addTrust(actor, KEY)),
  "bundles/trust/commands.revokeTrust": row(
    "bundle_trust.revoke",
    "none",
    (actor, { bundleTrustId: trustId }) => trust.revokeTrust(actor, { trustId, reason: "It was stolen" }),
  ),
  "allowlist/sets/bundled/queries.listBundledSets": row("bundle.read", "none", (actor, { bundleRowId }) =>
    bundledQueries.listBundledSets(actor, bundleRowId, parseListQuery({}, BUNDLED_LIST)),
  ),
  "allowlist/sets/bundled/queries.listSetsToBundle": row("bundle.make", "none", (actor) =>
    bundledQueries.listSetsToBundle(actor),
  ),
  "allowlist/sets/bundled/commands.makeSetBundle": row("bundle.make", "none", (actor, { setId }) =>
    bundled.makeSetBundle(actor, { setIds: [setId], days: 30 }),
  ),
  "allowlist/sets/bundled/commands.bringEntry": row(
    "bundle.take",
    "none",
    (actor, { bundleRowId: bundleId }) =>
      bundled.bringEntry(actor, BringEntryInput.parse({ bundleId, position: 0, customerId: "everyone" })),
  ),
};
