import "server-only";
import {
  changeSource,
  createDirectory,
  rotateDirectoryToken,
  syncDirectory,
  type TokenMade,
} from "#lib/directories/commands.ts";
import { CreateDirectoryInput } from "#lib/directories/schema.ts";
import { activateRoles, discardRoles, draftRoles, returnRoles } from "#lib/directory-content/commands.ts";
import { type FoundGroups, findGroups } from "#lib/directory-content/queries.ts";
import type { ActivateRolesInput, DraftRolesInput, FindGroupsInput } from "#lib/directory-content/schema.ts";
import type { LdapProbe } from "#lib/drivers/ldap-port.ts";
import { getGuide } from "#lib/guides/library.ts";
import { askProber } from "#lib/portal/ldap/prober.ts";
import { markStep } from "#lib/portal/mark-step.ts";
import { mustBeDone } from "#lib/portal/refusals.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";
import { requireOwnDirectory } from "./require.ts";
import type {
  BeginScimInput,
  ChangeLdapSourceInput,
  CreateLdapInput,
  DirectoryInput,
  ProbeLdapSourceInput,
  RotateInput,
} from "./schema.ts";

export interface EndpointMade {
  directoryId: string;
  endpoint: string;
  token: string;
}

/** Makes a directory that a provider sends to by SCIM: its address, and its token, which is shown this once. */
export async function beginScim(setup: Setup, { guideId }: BeginScimInput): Promise<EndpointMade> {
  requirePurpose(setup);
  const guide = await getGuide(guideId, "en");
  if (guide?.protocol !== "scim" || !guide.directoryType) throw declined("not_found", "no_such_guide");
  const { actor, environmentId, organizationId, organizationName } = setup;
  const made = await createDirectory(
    actor,
    CreateDirectoryInput.parse({
      ...{ environmentId, organizationId, source: "scim", type: guide.directoryType, deactivated: "delete" },
      name: `${organizationName} ${guide.name}`.slice(0, 120),
      provisioning: "on",
    }),
  );
  mustBeDone(made);
  await markStep(setup, "directory.provider");
  return { directoryId: made.targetId, endpoint: made.endpoint ?? "", token: made.token ?? "" };
}

/** Makes a token in place of the one there is, which goes on working for the overlap. */
export async function rotateOwnToken(
  setup: Setup,
  { directoryId, overlap }: RotateInput,
): Promise<TokenMade> {
  await requireOwnDirectory(setup, directoryId);
  const made = await rotateDirectoryToken(setup.actor, { directoryId, overlap });
  mustBeDone(made);
  return made;
}

/** Remembers that endpoint and token were entered at the provider. */
export async function confirmConnected(setup: Setup, { directoryId }: DirectoryInput): Promise<void> {
  await requireOwnDirectory(setup, directoryId);
  await markStep(setup, "directory.connect");
}

/** Has a directory read from the customer's own servers. It is read as soon as it is saved. */
export async function createLdapDirectory(
  setup: Setup,
  input: CreateLdapInput,
): Promise<{ directoryId: string }> {
  requirePurpose(setup);
  const { actor, environmentId, organizationId, organizationName } = setup;
  const made = await createDirectory(actor, {
    ...input,
    ...{ environmentId, organizationId, source: "ldap", deactivated: "delete", provisioning: "on" },
    name: `${organizationName} LDAP`.slice(0, 120),
  });
  mustBeDone(made);
  await markStep(setup, "directory.provider");
  await markStep(setup, "directory.connect");
  return { directoryId: made.targetId };
}

export async function changeLdapDirectory(
  setup: Setup,
  input: ChangeLdapSourceInput,
): Promise<{ directoryId: string }> {
  const { directoryId } = input;
  await requireOwnDirectory(setup, directoryId);
  const changed = await changeSource(setup.actor, input);
  mustBeDone(changed);
  return { directoryId };
}

/** Tries what is typed, before any of it is kept. */
export async function probeLdapDirectory(setup: Setup, input: ProbeLdapSourceInput): Promise<LdapProbe> {
  requirePurpose(setup);
  const { directoryId = null, ...ldap } = input;
  setup.actor.must(directoryId ? "directory.test" : "directory.create");
  if (directoryId) await requireOwnDirectory(setup, directoryId);
  return await askProber(setup, "directory.test", ldap.servers, (prober) =>
    prober.directory(ldap, directoryId),
  );
}

export async function syncOwnDirectory(setup: Setup, { directoryId }: DirectoryInput): Promise<void> {
  await requireOwnDirectory(setup, directoryId);
  await syncDirectory(setup.actor, { directoryId, kind: "full" });
}

/** Somebody has arrived: the directory works. */
export async function markFirstSync(setup: Setup): Promise<void> {
  await markStep(setup, "directory.connect");
  await markStep(setup, "directory.first_sync");
}

export async function findOwnGroups(setup: Setup, input: FindGroupsInput): Promise<FoundGroups> {
  await requireOwnDirectory(setup, input.directoryId);
  return await findGroups(setup.actor, input);
}

export async function draftOwnRoles(setup: Setup, input: DraftRolesInput): Promise<void> {
  await requireOwnDirectory(setup, input.directoryId);
  await draftRoles(setup.actor, input);
}

export async function discardOwnRoles(setup: Setup, input: DirectoryInput): Promise<void> {
  await requireOwnDirectory(setup, input.directoryId);
  await discardRoles(setup.actor, input);
}

export async function activateOwnRoles(setup: Setup, input: ActivateRolesInput): Promise<void> {
  await requireOwnDirectory(setup, input.directoryId);
  const carried = await activateRoles(setup.actor, input);
  mustBeDone(carried);
  await markStep(setup, "directory.roles");
}

export async function returnOwnRoles(setup: Setup, input: DirectoryInput): Promise<void> {
  await requireOwnDirectory(setup, input.directoryId);
  const carried = await returnRoles(setup.actor, input);
  mustBeDone(carried);
}

/** Groups give no roles here, and are to give none. */
export async function leaveRoles(setup: Setup, { directoryId }: DirectoryInput): Promise<void> {
  await requireOwnDirectory(setup, directoryId);
  await markStep(setup, "directory.roles");
}

function requirePurpose({ purposes }: Setup): void {
  if (!purposes.includes("dsync")) throw declined("forbidden", "link_not_for_this");
}
