import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Action } from "#lib/access/permissions.ts";
import { askFor } from "#lib/audit/asked.ts";
import { type AuditEntry, recordAudit } from "#lib/audit/record.ts";
import { elsewhere, whyNot } from "#lib/drivers/abilities.ts";
import type { DirectoryMaker, DirectoryTest } from "#lib/drivers/directory-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { carryOutFor, standing } from "#lib/platform/attended.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Carried, type Errand, takeReveal, writeOperation } from "#lib/platform/outbox.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { ldapFacts } from "#lib/shared/ldap-input.ts";
import { declined } from "#lib/shared/refusals.ts";
import { type DirectoryPlan, directoryOperations } from "./operations.ts";
import { type DirectoryRef, requireDirectory } from "./require.ts";
import type {
  ChangeDirectoryInput,
  ChangeSourceInput,
  CreateDirectoryInput,
  DirectoryRefInput,
  RemoveDirectoryInput,
  RotateTokenInput,
  SyncDirectoryInput,
} from "./schema.ts";

/** `token` is there once, when it was made while its author waited. */
export type TokenMade = Carried & { token: string | null };

/** What its provider needs: where to send, and what with. */
export type DirectoryMade = TokenMade & { endpoint: string | null };

/** Has a directory made, and the organization it belongs to where that is new. */
export async function createDirectory(actor: Actor, input: CreateDirectoryInput): Promise<DirectoryMade> {
  actor.must("directory.create");
  const { environmentId, name } = input;
  const { attended, detail } = standing(actor);
  const errand = await inScope(actor, async (tx) => {
    const { customerId, deploymentId, driver } = await requireEnvironment(tx, actor, environmentId);
    const obstacle = whyNot(driver, "create_directories");
    if (obstacle) throw elsewhere(obstacle);
    const where = { customerId, deploymentId, environmentId, attended, targetId: newId("draft") };
    const operationId = await writeOperation(tx, actor, {
      kind: "directory.create",
      ...where,
      input: { ...planOf(input) },
      ...(input.source === "ldap" ? { secret: input.bindPassword } : {}),
    });
    const asked = {
      action: "directory.create",
      ...{ targetType: "directory", targetId: operationId, targetName: name },
      ...{ customerId, deploymentId, detail },
      after: {
        name,
        ...(input.source === "ldap" ? { type: "ldap", ...ldapFacts(input) } : { type: input.type }),
        ...optionsOf(input),
      },
    } as const;
    await recordAudit(tx, actor, asked);
    return { operationId, asked };
  });
  const made = await carryAndShow(actor, errand);
  const hasEndpoint = made.state === "done" && input.source === "scim";
  return { ...made, endpoint: hasEndpoint ? await endpointOf(environmentId, made.targetId) : null };
}

/** Names a directory anew, and says what becomes of its people. */
export async function changeDirectory(actor: Actor, input: ChangeDirectoryInput): Promise<Carried> {
  const { directoryId, name } = input;
  const options = optionsOf(input);
  return await carryOut(
    actor,
    await write(actor, "directory.change", directoryId, (found) => ({
      input: { name, options },
      before: { name: found.name },
      after: { name, ...options },
    })),
  );
}

/** Says where a directory is read from, from now on. It is read anew, whole. */
export async function changeSource(actor: Actor, input: ChangeSourceInput): Promise<Carried> {
  const { directoryId, bindPassword, ...ldap } = input;
  return await carryOut(
    actor,
    await write(actor, "directory.change", directoryId, () => ({
      input: { ldap },
      ...(bindPassword ? { secret: bindPassword } : {}),
      after: { ...ldapFacts(ldap), passwordReplaced: bindPassword !== undefined },
    })),
  );
}

/** Has a directory that is read from LDAP read now. */
export async function syncDirectory(
  actor: Actor,
  { directoryId, kind, acceptRemovals }: SyncDirectoryInput,
): Promise<void> {
  const detail = { kind, ...(acceptRemovals ? { acceptRemovals: true } : {}) };
  await ask(actor, "directory.sync", directoryId, detail, (directories) =>
    directories.sync(directoryId, { kind, acceptRemovals: acceptRemovals === "on" }),
  );
}

/** Tries to reach a directory, and to read a few of its people, without keeping anything. */
export async function testDirectory(
  actor: Actor,
  { directoryId }: DirectoryRefInput,
): Promise<DirectoryTest> {
  return await ask(actor, "directory.test", directoryId, {}, (directories) => directories.test(directoryId));
}

/** Checks, finds whom to ask, and asks: what is asked and what came of it is on record. */
async function ask<Answer>(
  actor: Actor,
  action: Extract<Action, "directory.sync" | "directory.test">,
  directoryId: string,
  detail: Record<string, string | boolean>,
  work: (directories: DirectoryMaker) => Promise<Answer>,
): Promise<Answer> {
  actor.must(action);
  const found = await inScope(actor, (tx) => requireDirectory(tx, actor, directoryId));
  const { directories } = await driverOf(found.environmentId);
  if (!directories) throw elsewhere(whyNot("workos", "create_directories"));
  return await askFor(actor, { action, ...target(found), detail }, () => work(directories));
}

/** Makes the token that takes over. Until the overlap ends both work, so that no sync fails. */
export async function rotateDirectoryToken(
  actor: Actor,
  { directoryId, overlap }: RotateTokenInput,
): Promise<TokenMade> {
  const overlapHours = Number(overlap);
  const errand = await write(actor, "directory.rotate_token", directoryId, () => ({
    input: { overlapHours },
    after: { overlapHours },
  }));
  return await carryAndShow(actor, errand);
}

/** Shows a token that was made while nobody waited: once, and to one person. */
export async function showDirectoryToken(
  actor: Actor,
  { directoryId }: DirectoryRefInput,
): Promise<{ token: string }> {
  actor.must("directory.rotate_token");
  return await inScope(actor, async (tx) => {
    const found = await requireDirectory(tx, actor, directoryId);
    const where = { targetId: directoryId, resultSealed: { not: null } };
    const operation = await tx.operation.findFirst({
      where,
      select: { id: true },
      orderBy: { createdAt: "desc" },
    });
    const token = operation ? await takeReveal(tx, operation.id) : null;
    if (!token) throw declined("not_found", "token_shown");
    await recordAudit(tx, actor, {
      action: "directory.rotate_token",
      ...target(found),
      detail: { shown: true },
    });
    return { token };
  });
}

/** Deletes a directory at its environment, with its people and groups. */
export async function removeDirectory(
  actor: Actor,
  { directoryId, confirm }: RemoveDirectoryInput,
): Promise<Carried> {
  return await carryOut(
    actor,
    await write(actor, "directory.remove", directoryId, (found) => {
      if (confirm !== found.name)
        throw declined("invalid", "retype_directory", {}, { fields: { confirm: "This is not its name." } });
      return { input: {}, before: { type: found.type, state: found.state } };
    }),
  );
}

type Found = DirectoryRef;
interface Plan {
  input: Errand["input"];
  secret?: string;
  before?: Record<string, string>;
  after?: Record<string, string | number | boolean>;
}

/** An errand that is written down, and how the record has it. */
interface Written {
  operationId: string;
  asked: AuditEntry;
}

/** Checks, and writes down both what is wanted and that it was. */
async function write(
  actor: Actor,
  action: Extract<Action, "directory.change" | "directory.rotate_token" | "directory.remove">,
  directoryId: string,
  plan: (found: Found) => Plan,
): Promise<Written> {
  actor.must(action);
  const { attended, detail } = standing(actor);
  return await inScope(actor, async (tx) => {
    const found = await requireDirectory(tx, actor, directoryId);
    const { input, secret, ...difference } = plan(found);
    const asked = { action, ...target(found), ...difference, detail };
    await recordAudit(tx, actor, asked);
    const { customerId, deploymentId, environmentId } = found;
    const where = { customerId, deploymentId, environmentId, targetId: directoryId };
    const operationId = await writeOperation(tx, actor, {
      ...{ kind: action, ...where, attended, input },
      ...(secret === undefined ? {} : { secret }),
    });
    return { operationId, asked };
  });
}

async function carryOut(actor: Actor, { operationId, asked }: Written): Promise<Carried> {
  return await carryOutFor(actor, directoryOperations, operationId, asked);
}

async function carryAndShow(actor: Actor, errand: Written): Promise<TokenMade> {
  const carried = await carryOut(actor, errand);
  const { operationId } = errand;
  const token = carried.state === "done" ? await inScope(actor, (tx) => takeReveal(tx, operationId)) : null;
  return { ...carried, token };
}

/** Null where the site has stopped answering since: the directory's own page shows it later. */
async function endpointOf(environmentId: string, directoryId: string): Promise<string | null> {
  try {
    const { directories } = await driverOf(environmentId);
    return directories ? (await directories.describe(directoryId)).endpoint : null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function planOf(input: CreateDirectoryInput): DirectoryPlan {
  const { organizationId, organizationName = "", name } = input;
  const organization = organizationId === "new" ? { name: organizationName } : { id: organizationId };
  const plan = { organization, name, options: optionsOf(input) };
  if (input.source === "scim") return { ...plan, type: input.type };
  const { kind, servers, caCertificates, bindDn, baseDn, groupBaseDn, userFilter } = input;
  const { groupFilter, intervalMinutes } = input;
  const server = { kind, servers, caCertificates, bindDn, baseDn, groupBaseDn, userFilter };
  return { ...plan, type: "ldap", ldap: { ...server, groupFilter, intervalMinutes } };
}

function optionsOf({
  deactivated,
  provisioning,
}: Pick<ChangeDirectoryInput, "deactivated" | "provisioning">) {
  return { deactivated, provisioning: provisioning === "on" };
}

function target({ id, name, customerId, deploymentId }: Found) {
  return { targetType: "directory", targetId: id, targetName: name, customerId, deploymentId };
}
