import "server-only";
import type { TestStarted } from "#lib/connections/commands.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { waitingRevision } from "./draft.ts";
import { askFor } from "./record.ts";
import { makerOf, requireOwnConnection, requirePurpose } from "./require.ts";
import type { ConnectionInput } from "./schema.ts";

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
