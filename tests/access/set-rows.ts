import * as commands from "#lib/allowlist/sets/commands.ts";
import * as queries from "#lib/allowlist/sets/queries.ts";
import {
  CreateSetInput,
  ProposeVersionInput,
  SET_LIST,
  SET_USE_LIST,
  VERSION_LIST,
} from "#lib/allowlist/sets/schema.ts";
import * as versions from "#lib/allowlist/sets/versions/queries.ts";
import * as drafts from "#lib/change-requests/sets/commands.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { type Rows, row } from "./rows.ts";

const FACTS = { name: "Resolvers", origin: "Their network team" };
const LIST = { intake: "text", text: "198.51.100.7/32" };

/** A customer's own address set: nobody else knows of it. Everybody's sets are in tests/allowlist/sets. */
export const SETS: Rows = {
  "allowlist/sets/queries.listPins": row("allowlist.read", "not_found", (actor, { deploymentId }) =>
    queries.listPins(actor, deploymentId),
  ),
  "allowlist/sets/queries.listSets": row("address_set.read", "unseen", (actor) =>
    queries.listSets(actor, parseListQuery({}, SET_LIST)),
  ),
  "allowlist/sets/queries.getSet": row("address_set.read", "not_found", (actor, { setSlug }) =>
    queries.getSet(actor, setSlug),
  ),
  "allowlist/sets/queries.listSetUses": row("address_set.read", "not_found", (actor, { setSlug }) =>
    queries.listSetUses(actor, setSlug, parseListQuery({}, SET_USE_LIST)),
  ),
  "allowlist/sets/versions/queries.listVersions": row("address_set.read", "not_found", (actor, { setSlug }) =>
    versions.listVersions(actor, setSlug, parseListQuery({}, VERSION_LIST)),
  ),
  "allowlist/sets/versions/queries.getVersion": row("address_set.read", "not_found", (actor, { setSlug }) =>
    versions.getVersion(actor, setSlug, 2),
  ),
  "allowlist/sets/versions/queries.listComparable": row(
    "address_set.read",
    "not_found",
    (actor, { setSlug }) => versions.listComparable(actor, setSlug),
  ),
  "allowlist/sets/commands.createSet": row("address_set.create", "not_found", (actor, { customerId }) =>
    commands.createSet(actor, CreateSetInput.parse({ customerId, ...FACTS })),
  ),
  "allowlist/sets/commands.changeSet": row("address_set.change", "not_found", (actor, { setId }) =>
    commands.changeSet(actor, { setId, ...FACTS, sourceUrl: undefined, description: "" }),
  ),
  "allowlist/sets/commands.archiveSet": row("address_set.archive", "not_found", (actor, { setId }) =>
    commands.archiveSet(actor, { setId }),
  ),
  "allowlist/sets/commands.restoreSet": row("address_set.restore", "not_found", (actor, { setId }) =>
    commands.restoreSet(actor, { setId }),
  ),
  "allowlist/sets/commands.proposeVersion": row("address_set.propose", "not_found", (actor, { setId }) =>
    commands.proposeVersion(actor, ProposeVersionInput.parse({ setId, ...LIST })),
  ),
  "allowlist/sets/commands.acceptVersion": row(
    "address_set.accept",
    "not_found",
    (actor, { setNewerId: versionId }) => commands.acceptVersion(actor, { versionId, reason: "" }),
  ),
  "allowlist/sets/commands.refuseVersion": row(
    "address_set.refuse",
    "not_found",
    (actor, { setNewerId: versionId }) => commands.refuseVersion(actor, { versionId, reason: "Not ours" }),
  ),
  "allowlist/sets/commands.withdrawVersion": row(
    "address_set.withdraw",
    "not_found",
    (actor, { setNewerId: versionId }) => commands.withdrawVersion(actor, { versionId }),
  ),
  "change-requests/sets/commands.draftSetVersion": row(
    "change_request.draft",
    "not_found",
    (actor, { deploymentId, setNewerId: versionId }) =>
      drafts.draftSetVersion(actor, { deploymentId, versionId }),
  ),
};
