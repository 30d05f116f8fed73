import { parseListQuery } from "#lib/platform/list.ts";
import * as commands from "#lib/setup-links/commands.ts";
import { listSetupLinks } from "#lib/setup-links/queries.ts";
import { SETUP_LINK_LIST } from "#lib/setup-links/schema.ts";
import { changeVendor } from "#lib/vendor/commands.ts";
import { getVendor } from "#lib/vendor/queries.ts";
import { type Rows, row } from "./rows.ts";

const NEW = { organizationId: "org_1", purposes: ["sso"], days: 7, note: "" } as const;

/** Links by which customers' own people set things up. */
export const SETUP_LINKS: Rows = {
  "setup-links/queries.listSetupLinks": row("setup_link.read", "not_found", (actor, { deploymentId }) =>
    listSetupLinks(actor, deploymentId, parseListQuery({}, SETUP_LINK_LIST)),
  ),
  "setup-links/commands.createSetupLink": row("setup_link.create", "not_found", (actor, { environmentId }) =>
    commands.createSetupLink(actor, { ...NEW, purposes: [...NEW.purposes], environmentId }),
  ),
  "setup-links/commands.revokeSetupLink": row("setup_link.revoke", "not_found", commands.revokeSetupLink),
  // Only ever about the link that asks: whoever is none changes nothing.
  "setup-links/commands.recordStep": row(null, "none", (actor) =>
    commands.recordStep(actor, "sign_in.provider", new Date()),
  ),
  "setup-links/commands.finishSetup": row(null, "none", (actor) => commands.finishSetup(actor, new Date())),
  "vendor/queries.getVendor": row("setup_link.read", "none", getVendor),
  "vendor/commands.changeVendor": row("settings.change", "none", (actor) =>
    changeVendor(actor, { name: "Northwind", contact: "" }),
  ),
};
