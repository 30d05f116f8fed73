import { changesOf, loadBase } from "#lib/change-requests/base.ts";
import { replay } from "#lib/change-requests/replay.ts";
import { seenPackets } from "#lib/crossings/packets.ts";
import { asSystem } from "#lib/platform/db.ts";

/** What waits to be decided in the demo says what it would have done to the crossings of the last days, as whoever simulates one is told. */
export function tryOnThePast(now: Date): Promise<number> {
  return asSystem("the demo's requests are tried on what crossed", async (tx) => {
    const requests = await tx.changeRequest.findMany({
      where: { state: { in: ["simulated", "proposed", "approved"] } },
      select: { id: true, deploymentId: true, changes: true, simulation: true },
    });
    for (const { id, deploymentId, changes, simulation } of requests) {
      const { state, versions } = await loadBase(tx, deploymentId, changesOf({ changes }));
      const seen = await seenPackets(tx, deploymentId, now);
      const past = replay(state, changesOf({ changes }), seen, { now, versions });
      const told = { ...(simulation as object), replay: past };
      await tx.changeRequest.update({
        where: { id },
        data: { simulation: JSON.parse(JSON.stringify(told)) },
      });
    }
    return requests.length;
  });
}
