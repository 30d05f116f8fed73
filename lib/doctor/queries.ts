import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { containing } from "#lib/platform/sql.ts";
import { declined } from "#lib/shared/refusals.ts";
import { type Change, compareReports } from "./policy.ts";
import { type CheckResult, type Counts, countOutcomes, DoctorReport } from "./report.ts";
import { PROOFS, type ProofOutcome, type ReportListQuery } from "./schema.ts";

export interface ReportRow {
  id: string;
  machine: string;
  failed: number;
  warnings: number;
  passed: number;
  skipped: number;
  ranAt: Date;
  broughtBy: string;
  createdAt: Date;
}

/** One page of what the doctor found at a deployment, as it was brought here. */
export function listReports(
  actor: Actor,
  deploymentId: string,
  query: ReportListQuery,
): Promise<Page<ReportRow>> {
  actor.must("doctor.read");
  return inScope(actor, async (tx) => {
    await requireDeployment(tx, actor, deploymentId);
    const where = { AND: [{ deploymentId, ...visibleTo(actor) }, searched(query.search), filtered(query)] };
    const total = await tx.doctorReport.count({ where });
    const rows = await tx.doctorReport.findMany({
      where,
      select: ROW,
      orderBy: sorted(query),
      ...pageBounds(query),
    });
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

export interface ComparedReport {
  row: ReportRow;
  report: DoctorReport;
  counts: Counts;
  /** The report of the same deployment that ran before it, and what changed since; null for the first. */
  before: {
    id: string;
    ranAt: Date;
    machine: string;
    mended: number;
    newTrouble: number;
    gone: string[];
  } | null;
  changes: Record<string, Change>;
}

/** A report beside the one before it. */
export function getReport(actor: Actor, deploymentId: string, reportId: string): Promise<ComparedReport> {
  actor.must("doctor.read");
  return inScope(actor, async (tx) => {
    const found = await tx.doctorReport.findFirst({
      where: { id: reportId, deploymentId, ...visibleTo(actor) },
      select: { ...ROW, content: true },
    });
    if (!found) throw declined("not_found", "no_such_report");
    const { content, ...row } = found;
    const report = DoctorReport.parse(content);
    const earlier = await tx.doctorReport.findFirst({
      // The same machine's, where it has one: what another does not reach is no change.
      where: { deploymentId, machine: row.machine, ranAt: { lt: row.ranAt } },
      select: { id: true, ranAt: true, machine: true, content: true },
      orderBy: [{ ranAt: "desc" }, { id: "desc" }],
    });
    const counts = countOutcomes(report.checks);
    if (!earlier) return { row, report, counts, before: null, changes: {} };
    const { content: earlierContent, ...before } = earlier;
    const compared = compareReports(DoctorReport.parse(earlierContent).checks, report.checks);
    const { changes, ...sums } = compared;
    return { row, report, counts, before: { ...before, ...sums }, changes: Object.fromEntries(changes) };
  });
}

/** The last report that the actor brought to a deployment, and what in it needs another look; null where there is none. */
export function findOwnReport(
  actor: Actor,
  deploymentId: string,
): Promise<{ row: ReportRow; troubles: CheckResult[] } | null> {
  actor.must("doctor.read");
  return inScope(actor, async (tx) => {
    await requireDeployment(tx, actor, deploymentId);
    const found = await tx.doctorReport.findFirst({
      where: { deploymentId, broughtById: actor.id, ...visibleTo(actor) },
      select: { ...ROW, content: true },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    });
    if (!found) return null;
    const { content, ...row } = found;
    const { checks } = DoctorReport.parse(content);
    const worst = checks.filter(({ outcome }) => outcome === "failed" || outcome === "warning");
    return { row, troubles: worst.toSorted((a, b) => a.outcome.localeCompare(b.outcome)) };
  });
}

export interface RedirectUriProof {
  outcome: ProofOutcome;
  found: string;
  machine: string;
  ranAt: Date;
  reportId: string;
}

/** What the doctor found last of each of these redirect URIs, by their ids. */
export function listRedirectUriProofs(
  actor: Actor,
  redirectUriIds: readonly string[],
): Promise<Record<string, RedirectUriProof>> {
  actor.must("doctor.read");
  return inScope(actor, async (tx) => {
    const rows = await tx.redirectUriProof.findMany({
      where: { redirectUriId: { in: [...redirectUriIds] }, ...visibleTo(actor) },
      omit: { customerId: true },
      take: 200,
    });
    return Object.fromEntries(
      rows.map(({ redirectUriId, outcome, ...proof }) => [
        redirectUriId,
        { ...proof, outcome: PROOFS.find((known) => known === outcome) ?? "skipped" },
      ]),
    );
  });
}

async function requireDeployment(tx: Tx, actor: Actor, deploymentId: string): Promise<void> {
  const where = { id: deploymentId, ...visibleTo(actor) };
  if (!(await tx.deployment.findFirst({ where, select: { id: true } })))
    throw declined("not_found", "no_such_deployment");
}

const ROW = {
  id: true,
  machine: true,
  failed: true,
  warnings: true,
  passed: true,
  skipped: true,
  ranAt: true,
  broughtBy: true,
  createdAt: true,
} as const;

function searched(search: string): Prisma.DoctorReportWhereInput {
  const words = search.split(/\s+/).filter(Boolean).slice(0, 8);
  return {
    AND: words.map((word) => ({ OR: [{ machine: containing(word) }, { broughtBy: containing(word) }] })),
  };
}

const RESULTS: Record<string, Prisma.DoctorReportWhereInput> = {
  failed: { failed: { gt: 0 } },
  warning: { failed: 0, warnings: { gt: 0 } },
  passed: { failed: 0, warnings: 0 },
};

function filtered({ filters }: ReportListQuery): Prisma.DoctorReportWhereInput {
  const chosen = filters.result.flatMap((name) => RESULTS[name] ?? []);
  return chosen.length === 0 ? {} : { OR: chosen };
}

/** Ends with the id: without it, rows that are alike could stand on two pages or on none. */
function sorted({ sort, direction }: ReportListQuery): Prisma.DoctorReportOrderByWithRelationInput[] {
  const columns: Record<ReportListQuery["sort"], Prisma.DoctorReportOrderByWithRelationInput[]> = {
    ran: [{ ranAt: direction }],
    machine: [{ machine: direction }],
    failed: [{ failed: direction }, { warnings: direction }],
    warnings: [{ warnings: direction }],
    brought: [{ createdAt: direction }],
  };
  return [...columns[sort], { id: direction }];
}
