import "server-only";
import type { TestStarted } from "#lib/connections/commands.ts";
import type { SignInTrace } from "#lib/drivers/port.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";
import { waitingRevision } from "./draft.ts";
import { askFor } from "./record.ts";
import { makerOf, requireOwnConnection, requirePurpose } from "./require.ts";
import type { ConnectionInput, TestInput } from "./schema.ts";

/** Starts a test sign-in with what waits to be activated, or with what is active where nothing does. */
export async function startOwnTest(setup: Setup, { connectionId }: ConnectionInput): Promise<TestStarted> {
  requirePurpose(setup, "sso", "certificate_renewal");
  setup.actor.must("connection.test");
  await requireOwnConnection(setup, connectionId);
  const maker = await makerOf(setup);
  const { number } = await waitingRevision(maker, connectionId);
  const asked = { connectionId, action: "connection.test", detail: { revision: number } } as const;
  const { id, url } = await askFor(setup, asked, () => maker.revisions.startTest(connectionId, number));
  return { testId: id, url: url.href };
}

export interface ReplayedOwn {
  inUse: SignInTrace;
  changed: SignInTrace;
}

/** What the settings in use make of the answer that a test received, beside what the waiting ones make of it. Nobody is signed in. */
export async function replayOwnTest(setup: Setup, { connectionId, testId }: TestInput): Promise<ReplayedOwn> {
  requirePurpose(setup, "sso", "certificate_renewal");
  setup.actor.must("connection.test");
  await requireOwnConnection(setup, connectionId);
  const maker = await makerOf(setup);
  const { number, state, active } = await waitingRevision(maker, connectionId);
  if (state !== "draft" || !active) throw declined("conflict", "nothing_to_compare");
  const detail = { replayed: testId, with: `${active.number}, ${number}` };
  const [inUse, changed] = await askFor(
    setup,
    { connectionId, action: "connection.test", detail } as const,
    () =>
      Promise.all([
        maker.revisions.replay(connectionId, active.number, testId),
        maker.revisions.replay(connectionId, number, testId),
      ]),
  );
  return { inUse, changed };
}
