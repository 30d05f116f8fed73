import { recordExpiredRules } from "#lib/allowlist/expiry.ts";
import { watchRequests } from "#lib/change-requests/expiry.ts";
import { syncDue } from "#lib/connections/sync.ts";
import { dropKeptDays } from "#lib/crossings/keep.ts";
import { carryOutBulks } from "#lib/fleet/carry-out.ts";
import { CARRY_OUT_JOB } from "#lib/fleet/commands.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { pruneOperations } from "#lib/operations/prune.ts";
import { withdrawLeft } from "#lib/platform/attended.ts";
import { carryOutDue } from "#lib/platform/outbox.ts";
import type { Job } from "./job.ts";

/** What this worker does. The sites of a demo do not exist: asked how they are, all of them would turn out failing. */
export function jobsFor(demo: boolean): readonly Job[] {
  return demo ? JOBS.filter(({ name }) => name !== "connections.sync") : JOBS;
}

const EVERY_MINUTE = "* * * * *";

/** Everything the worker does. A room adds its job here. */
export const JOBS: readonly Job[] = [
  { name: "operations.carry-out", cron: EVERY_MINUTE, run: () => carryOutDue(operationKinds) },
  { name: "operations.withdraw", cron: EVERY_MINUTE, run: () => withdrawLeft(operationKinds) },
  { name: "operations.prune", cron: "17 3 * * *", run: () => pruneOperations() },
  { name: "connections.sync", cron: EVERY_MINUTE, run: () => syncDue() },
  {
    name: "allowlist.expire",
    cron: EVERY_MINUTE,
    run: async () => ({ expired: await recordExpiredRules() }),
  },
  { name: CARRY_OUT_JOB, cron: EVERY_MINUTE, run: async () => ({ deployments: await carryOutBulks() }) },
  { name: "crossings.keep", cron: "23 * * * *", run: async () => ({ days: await dropKeptDays() }) },
  { name: "change-requests.watch", cron: EVERY_MINUTE, run: () => watchRequests() },
];
