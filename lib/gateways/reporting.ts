import "server-only";
import { systemActor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { DAY_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import { type Caller, requireCaller } from "./asking.ts";
import { below, type FoundGateway, gatewayTarget } from "./require.ts";

/** More processes than that under one token are no gateway, but names that somebody makes up. */
const PROCESSES_MAX = 50;
/** A process that has been silent for this long was put away: its name is forgotten when another appears. */
const FORGOTTEN_AFTER_MS = 7 * DAY_MS;
/** That the site was heard of is written at most this often. */
const HEARD_EVERY_MS = 30 * SECOND_MS;

/** Keeps what a process of a gateway tells: how it stands, which errands are done, what is missing. */
export function takeReport(caller: Caller, report: GatewayReport, now: Date): Promise<void> {
  return asSystem("a gateway has no session: its token is what lets it in", async (tx) => {
    const gateway = await requireCaller(tx, caller, now);
    await keepProcess(tx, gateway, report, caller.ip, now);
    await tx.deployment.updateMany({
      where: {
        id: gateway.deploymentId,
        OR: [{ lastHeardAt: null }, { lastHeardAt: { lt: new Date(now.getTime() - HEARD_EVERY_MS) } }],
      },
      data: { lastHeardAt: now },
    });
    for (const errand of report.errands ?? []) await finishErrand(tx, gateway, report, errand, now);
    await keepGaps(tx, gateway, report, now);
  });
}

async function keepProcess(
  tx: Tx,
  gateway: FoundGateway,
  report: GatewayReport,
  ip: string | null,
  now: Date,
): Promise<void> {
  const { configuration } = report;
  const data = {
    ...{ version: report.version, storeId: report.store_id, parts: report.parts },
    ...{ startedAt: new Date(report.started_at), heardAt: now, heardFrom: ip, report },
    configurationDigest: configuration.digest,
    allowlistDigest: configuration.allowlist,
    problem: configuration.problem,
  };
  const where = { gatewayId: gateway.id, name: report.gateway };
  const { count } = await tx.gatewayProcess.updateMany({ where, data });
  if (count > 0) return;
  const longAgo = new Date(now.getTime() - FORGOTTEN_AFTER_MS);
  await tx.gatewayProcess.deleteMany({ where: { gatewayId: gateway.id, heardAt: { lt: longAgo } } });
  if ((await tx.gatewayProcess.count({ where: { gatewayId: gateway.id } })) >= PROCESSES_MAX)
    throw new AppError("conflict", `A gateway has at most ${PROCESSES_MAX} processes.`);
  // Two first reports of one process at once are one.
  const created = await tx.gatewayProcess.createMany({
    data: { ...below(gateway), name: report.gateway, ...data },
    skipDuplicates: true,
  });
  if (created.count > 0)
    await recordAudit(tx, reporter(report, ip), {
      action: "gateway.first_report",
      ...gatewayTarget(gateway),
      detail: { process: report.gateway, version: report.version, parts: report.parts },
    });
}

async function finishErrand(
  tx: Tx,
  gateway: FoundGateway,
  report: GatewayReport,
  { id, done, problem }: NonNullable<GatewayReport["errands"]>[number],
  now: Date,
): Promise<void> {
  const [state, why] = [done ? ("done" as const) : ("failed" as const), problem?.slice(0, 500) ?? null];
  const finished = await tx.gatewayErrand.updateManyAndReturn({
    where: { id, gatewayId: gateway.id, state: "asked" },
    data: { state, problem: why, finishedAt: now },
    select: { kind: true, targetId: true },
  });
  // Reported again until it has left the configuration; on record once.
  for (const { kind, targetId } of finished)
    await recordAudit(tx, reporter(report, null), {
      action: "gateway.finish_errand",
      ...gatewayTarget(gateway),
      detail: { errand: id, kind, of: targetId, result: state, problem: why },
    });
}

/** Each gap once, and beside it the line of the audit log: what is missing is nothing that may go unseen. */
async function keepGaps(tx: Tx, gateway: FoundGateway, report: GatewayReport, now: Date): Promise<void> {
  const { gaps = [] } = report;
  if (gaps.length === 0) return;
  const ids = gaps.map(({ id }) => id);
  const known = await tx.gatewayGap.findMany({
    where: { gatewayId: gateway.id, id: { in: ids } },
    select: { id: true },
  });
  const before = new Set(known.map(({ id }) => id));
  for (const gap of gaps.filter(({ id }) => !before.has(id))) {
    const data = {
      ...{ id: gap.id, sourceId: gap.source_id, count: gap.count, reason: gap.reason },
      ...{ fromAt: new Date(gap.from), toAt: new Date(gap.to), reportedAt: now },
    };
    const { count } = await tx.gatewayGap.createMany({
      data: { ...below(gateway), ...data },
      skipDuplicates: true,
    });
    if (count === 0) continue;
    await recordAudit(tx, reporter(report, null), {
      action: "gateway.report_gap",
      ...gatewayTarget(gateway),
      detail: { gap: gap.id, from: gap.from, to: gap.to, count: gap.count, reason: gap.reason },
    });
  }
}

function reporter({ gateway }: GatewayReport, ip: string | null) {
  return { ...systemActor(`gateway ${gateway}`), ip };
}
