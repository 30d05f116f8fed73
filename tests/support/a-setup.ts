import type { Setup } from "#lib/portal/setup.ts";
import { createSetupLink } from "#lib/setup-links/commands.ts";
import { openSetupLink } from "#lib/setup-links/opening.ts";
import { findOpenSetup } from "#lib/setup-links/queries.ts";
import { CreateSetupLinkInput } from "#lib/setup-links/schema.ts";
import { anActor } from "./actors.ts";

const VISITOR = { ip: "192.0.2.9", userAgent: "Firefox" };

/** A set-up as it is open in a customer's browser, for an organization that is made with it, or one that is there. */
export async function aSetup(
  environmentId: string,
  organization: string | { id: string },
  ...purposes: string[]
): Promise<Setup> {
  const known = typeof organization === "string" ? null : organization.id;
  const organizationName = known === null ? { organizationName: organization } : {};
  const input = { environmentId, organizationId: known ?? "new", ...organizationName, purposes };
  const made = await createSetupLink(anActor(), CreateSetupLinkInput.parse(input));
  const opened = await openSetupLink({ code: made.code }, null, VISITOR, new Date());
  if (opened.state === "closed") throw new Error(`The link is closed: ${opened.why}`);
  const found = await findOpenSetup(opened.kept?.secret ?? "", VISITOR, new Date());
  if (found.state === "closed") throw new Error(`The set-up is closed: ${found.why}`);
  const { id, progress, ...rest } = found.link;
  return { ...rest, actor: found.actor, linkId: id, progress: progress as Setup["progress"] };
}
