import "server-only";
import { addDomain, type Checked, checkDomain, removeDomain } from "#lib/domains/commands.ts";
import type { DomainRefInput } from "#lib/domains/schema.ts";
import { recordStep } from "#lib/setup-links/commands.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { Setup } from "../setup.ts";
import { requireOwnDomain } from "./own.ts";
import type { PortalDomainInput } from "./schema.ts";

/** What became of it, in a word that the page has sentences for. */
export type Said = "done" | "waits" | "taken" | "silent" | "verified";

/** Adds a domain to the set-up's organization. Who has one that is taken is not said here. */
export async function addPortalDomain(setup: Setup, { domain }: PortalDomainInput): Promise<Said> {
  const { actor, environmentId, organizationId } = setup;
  try {
    const carried = await addDomain(actor, { environmentId, organizationId, domain });
    return carried.state;
  } catch (error) {
    if (error instanceof AppError && error.kind === "conflict") return "taken";
    throw error;
  }
}

/** Has the record looked for now. */
export async function checkPortalDomain(setup: Setup, input: DomainRefInput): Promise<Checked | "silent"> {
  await requireOwnDomain(setup, input.domainId);
  try {
    const checked = await checkDomain(setup.actor, input);
    if (checked.state === "verified") await markVerified(setup);
    return checked;
  } catch (error) {
    if (error instanceof AppError && error.kind === "unavailable") return "silent";
    throw error;
  }
}

/** Takes back one that was mistyped. One that is verified is in use: that is for whoever made the link. */
export async function removePortalDomain(setup: Setup, { domainId }: DomainRefInput): Promise<Said> {
  const { name, state } = await requireOwnDomain(setup, domainId);
  if (state === "verified") return "verified";
  const carried = await removeDomain(setup.actor, { domainId, confirm: name });
  return carried.state;
}

/** Once one of its domains is proven, the step is done. Also where the site found the record by itself, when the page is next read. */
export async function markVerified({ actor, progress }: Setup): Promise<void> {
  if (!progress["domains.verified"]) await recordStep(actor, "domains.verified", systemClock());
}
