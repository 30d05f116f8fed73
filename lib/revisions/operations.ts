import "server-only";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { mirror } from "#lib/connections/mirror.ts";
import { Ldap, Mapping } from "#lib/connections/operations.ts";
import { elsewhere, whyNot } from "#lib/drivers/abilities.ts";
import type { ConnectionMaker } from "#lib/drivers/port.ts";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { type OperationKinds, type Outcome, operationKind, type Task } from "#lib/platform/outbox.ts";
import { AppError } from "#lib/shared/errors.ts";

const by = z.string();
const number = z.number();

const Draft = z.object({
  by,
  name: z.string().optional(),
  domains: z.array(z.string()).optional(),
  certificates: z.array(z.string()).optional(),
  mapping: Mapping.optional(),
  ldap: Ldap.optional(),
});

/** What the revisions of connections want done outside. */
export const revisionOperations: OperationKinds = {
  "connection.draft": operationKind(Draft, async (task, { name, domains, ...change }, secret) => {
    const maker = await makerOf(task);
    // A name and domains bite nobody: they are not tried first.
    if (name !== undefined || domains) await maker.change(task.targetId, { name, domains });
    await saveDraft(maker, task, change, secret);
    return await mirrored(maker, task);
  }),

  "connection.keep_draft": operationKind(z.object({ by, number, active: number }), async (task, input) => {
    const maker = await makerOf(task);
    await maker.revisions.change(task.targetId, input.number, { by: input.by, basedOn: input.active });
    return NOTHING_MORE;
  }),

  "connection.discard_draft": operationKind(z.object({ by, number }), async (task, input) => {
    const { revisions } = await makerOf(task);
    await revisions
      .discard(task.targetId, input.number, input.by)
      .catch(unlessSo(task, revisions, input, "discarded"));
    return NOTHING_MORE;
  }),

  "connection.activate": operationKind(
    z.object({ by, number, reason: z.string().nullable() }),
    async (task, input) => {
      const maker = await makerOf(task);
      await maker.revisions
        .activate(task.targetId, input.number, { by: input.by, reason: input.reason })
        .catch(unlessSo(task, maker.revisions, input, "active"));
      return await mirrored(maker, task);
    },
  ),

  "connection.return": operationKind(
    z.object({ by, number: number.nullable(), reason: z.string().nullable() }),
    async (task, { number, ...decision }) => {
      const maker = await makerOf(task);
      await maker.revisions.returnTo(task.targetId, number, decision, {
        key: task.id,
        again: task.attempts > 1,
      });
      return await mirrored(maker, task);
    },
  ),
};

type Change = Omit<z.output<typeof Draft>, "name" | "domains">;

/** Changes the draft there is, or begins one; and neither where nothing is different. */
async function saveDraft(
  { revisions }: ConnectionMaker,
  task: Task,
  { by, certificates, mapping, ldap }: Change,
  secret: string,
): Promise<void> {
  const known = await revisions.list(task.targetId);
  const draft = known.find(({ state }) => state === "draft");
  const base = draft ?? known.find(({ state }) => state === "active");
  const change = {
    by,
    ...(certificates ? { saml: { certificates } } : {}),
    ...(mapping && !isDeepStrictEqual(mapping, base?.mapping) ? { mapping } : {}),
    ...(ldap && (secret !== "" || !isDeepStrictEqual(plain(ldap), plain(base?.ldap)))
      ? { ldap: { ...ldap, bindPassword: secret || undefined } }
      : {}),
  };
  if (Object.keys(change).length === 1) return;
  if (draft) await revisions.change(task.targetId, draft.number, change);
  else await revisions.draft(task.targetId, change, { key: task.id, again: task.attempts > 1 });
}

/** Without what is left out: `undefined` says the same. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** An answer that was lost: what is refused the second time may be so since the first. */
function unlessSo(
  task: Task,
  revisions: ConnectionMaker["revisions"],
  { number }: { number: number },
  wanted: Revision["state"],
) {
  return async (error: unknown) => {
    if (task.attempts < 2 || !(error instanceof AppError) || error.kind !== "conflict") throw error;
    const revision = await revisions.get(task.targetId, number);
    if (revision.state !== wanted) throw error;
  };
}

async function makerOf({ environmentId }: Task): Promise<ConnectionMaker> {
  const { connections } = await driverOf(environmentId ?? "");
  if (connections) return connections;
  throw elsewhere(whyNot("workos", "revise_connections"));
}

const NOTHING_MORE: Outcome = { settle: async () => undefined };

async function mirrored(maker: ConnectionMaker, task: Task): Promise<Outcome> {
  const { customerId, deploymentId, environmentId, targetId } = task;
  const place = { customerId, deploymentId: deploymentId ?? "", environmentId: environmentId ?? "" };
  const { connection } = await maker.describe(targetId);
  return { settle: (tx) => mirror(tx, place, connection, null, new Date()) };
}
