import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { ExportedAllowlist } from "#lib/allowlist/formats/normal-form.ts";
import { readInForce, requireExported } from "#lib/allowlist/in-force.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import type { RuleDirection, RuleProtocol } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { EXPORT_NAMES, type FormatsPreview, previewOf } from "./offered.ts";
import type { ExportListQuery, ServedContent, ServedListQuery } from "./schema.ts";
import type { Service } from "./shape.ts";

export interface ExportRow {
  id: string;
  format: string;
  formatName: string;
  digest: string;
  fileSha256: string;
  rules: number;
  leftOut: number;
  takenByName: string;
  takenFrom: string | null;
  createdAt: Date;
  /** It opens what the rules in force open, no more and no less. */
  current: boolean;
}

export interface ExportHistory {
  page: Page<ExportRow>;
  /** What a file would hold that is taken now. */
  now: { digest: string; rules: number; archived: boolean };
}

/** Who took which file of a deployment's allowlist, and whether it still says what is in force. */
export function listExports(
  actor: Actor,
  deploymentId: string,
  query: ExportListQuery,
  now = systemClock(),
): Promise<ExportHistory> {
  actor.must("allowlist_export.read");
  return inScope(actor, async (tx) => {
    const deployment = await requireExported(tx, actor, deploymentId);
    const { digest, rules } = await readInForce(tx, deployment, now);
    const where = {
      AND: [{ deploymentId, ...visibleTo(actor) }, searched(query.search), filtered(query, digest)],
    };
    const total = await tx.allowlistExport.count({ where });
    const found = await tx.allowlistExport.findMany({
      where,
      select: ROW,
      orderBy: sorted(query),
      ...pageBounds(query),
    });
    const rows = found.map((row) => {
      return {
        ...row,
        formatName: EXPORT_NAMES.get(row.format) ?? row.format,
        current: row.digest === digest,
      };
    });
    return {
      page: { rows, total, page: query.page, pageSize: query.pageSize },
      now: { digest, rules: rules.length, archived: deployment.archivedAt !== null },
    };
  });
}

export interface ServedListRow {
  id: string;
  name: string;
  holds: ServedContent;
  direction: RuleDirection;
  service: Service | null;
  createdByName: string;
  createdAt: Date;
  revokedAt: Date | null;
  revokedByName: string | null;
  lastFetchedAt: Date | null;
  lastFetchedFrom: string | null;
  servedChangedAt: Date | null;
}

/** The lists of a deployment that stand at a URL, or stood there. */
export function listServedLists(
  actor: Actor,
  deploymentId: string,
  query: ServedListQuery,
): Promise<Page<ServedListRow>> {
  actor.must("allowlist_export.read");
  return inScope(actor, async (tx) => {
    await requireExported(tx, actor, deploymentId);
    const words = query.search.split(/\s+/).filter(Boolean).slice(0, 8);
    const states = query.filters.state;
    const where: Prisma.ServedListWhereInput = {
      ...{ deploymentId, ...visibleTo(actor) },
      ...(states.length === 1 ? { revokedAt: states[0] === "revoked" ? { not: null } : null } : {}),
      AND: words.map((word) => ({ OR: [{ name: containing(word) }, { createdByName: containing(word) }] })),
    };
    const order: Record<ServedListQuery["sort"], Prisma.ServedListOrderByWithRelationInput> = {
      made: { createdAt: query.direction },
      name: { name: query.direction },
      fetched: { lastFetchedAt: { sort: query.direction, nulls: "last" } },
    };
    const total = await tx.servedList.count({ where });
    const found = await tx.servedList.findMany({
      where,
      select: SERVED_ROW,
      orderBy: [order[query.sort], { id: query.direction }],
      ...pageBounds(query),
    });
    const rows = found.map(({ protocol, portFrom, portTo, holds, ...row }) => {
      const service = protocol === null ? null : { protocol, portFrom, portTo };
      return { ...row, holds: holds === "rules" ? ("rules" as const) : ("addresses" as const), service };
    });
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

export interface OfferedService {
  direction: RuleDirection;
  protocol: RuleProtocol;
  portFrom: number | null;
  portTo: number | null;
  rules: number;
}

const SERVICES_MAX = 200;

/** The services that rules in force open to addresses: what a list can be narrowed to. */
export function listServices(
  actor: Actor,
  deploymentId: string,
  now = systemClock(),
): Promise<OfferedService[]> {
  actor.must("allowlist_export.read");
  return inScope(actor, async (tx) => {
    await requireExported(tx, actor, deploymentId);
    const groups = await tx.allowlistRule.groupBy({
      by: ["direction", "protocol", "portFrom", "portTo"],
      where: {
        ...{ deploymentId, retiredAt: null, peerKind: { not: "fqdn" } },
        OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
      },
      _count: true,
      orderBy: [{ direction: "asc" }, { protocol: "asc" }, { portFrom: "asc" }, { portTo: "asc" }],
      take: SERVICES_MAX,
    });
    return groups.map(({ _count, ...service }) => ({ ...service, rules: _count }));
  });
}

/** What each format would hold and leave out of the rules in force. */
export function previewFormats(
  actor: Actor,
  deploymentId: string,
  now = systemClock(),
): Promise<FormatsPreview> {
  actor.must("allowlist.export");
  return inScope(actor, async (tx) =>
    previewOf(await readInForce(tx, await requireExported(tx, actor, deploymentId), now)),
  );
}

/** The rules in force whole, for the page that is printed. */
export function getPrinted(
  actor: Actor,
  deploymentId: string,
  now = systemClock(),
): Promise<ExportedAllowlist> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => readInForce(tx, await requireExported(tx, actor, deploymentId), now));
}

const ROW = {
  ...{ id: true, format: true, digest: true, fileSha256: true, rules: true, leftOut: true },
  ...{ takenByName: true, takenFrom: true, createdAt: true },
} as const;

const SERVED_ROW = {
  ...{ id: true, name: true, holds: true, direction: true, protocol: true, portFrom: true, portTo: true },
  ...{ createdByName: true, createdAt: true, revokedAt: true, revokedByName: true },
  ...{ lastFetchedAt: true, lastFetchedFrom: true, servedChangedAt: true },
} as const;

/** By who took it and from where, and by the beginning of a digest, as it stands in the file. */
function searched(search: string): Prisma.AllowlistExportWhereInput {
  const words = search.split(/\s+/).filter(Boolean).slice(0, 8);
  return {
    AND: words.map((word) => {
      const digest = word.replace(/^sha256:/i, "").toLowerCase();
      const hex = /^[0-9a-f]{6,64}$/.test(digest);
      return {
        OR: [
          { takenByName: containing(word) },
          { takenFrom: containing(word) },
          ...(hex ? [{ digest: { startsWith: digest } }, { fileSha256: { startsWith: digest } }] : []),
        ],
      };
    }),
  };
}

function filtered(
  { filters: { format, state } }: ExportListQuery,
  digest: string,
): Prisma.AllowlistExportWhereInput {
  return {
    ...(format.length > 0 ? { format: { in: format } } : {}),
    ...(state.length === 1 ? { digest: state[0] === "current" ? digest : { not: digest } } : {}),
  };
}

/** Ends with the id: without it, rows that are alike could stand on two pages or on none. */
function sorted({ sort, direction }: ExportListQuery): Prisma.AllowlistExportOrderByWithRelationInput[] {
  const columns: Record<ExportListQuery["sort"], Prisma.AllowlistExportOrderByWithRelationInput> = {
    taken: { createdAt: direction },
    format: { format: direction },
    by: { takenByName: direction },
    rules: { rules: direction },
  };
  return [columns[sort], { id: direction }];
}
