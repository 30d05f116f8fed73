import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { type Maker, readDomainMakers, readMakers } from "./makers.ts";
import {
  connectionStanding,
  directoryStanding,
  domainStanding,
  linkStanding,
  redirectUriStanding,
  type Standing,
  worstFirst,
} from "./policy.ts";

export type PartKind = "connection" | "directory" | "domain" | "redirect_uri" | "setup_link";

export interface BoardItem {
  id: string;
  name: string;
  /** Whose it is, or in which environment. */
  about: string;
  standing: Standing;
  /** The last sign-in, the last sync, the last look; by the kind of the part. */
  lastAt: Date | null;
  /** Who set it up, and who changed it last; null where the record does not say. */
  made: Maker | null;
  changed: Maker | null;
  /** When the environment told this. */
  asOf: Date | null;
  certificateExpiresAt: Date | null;
  failures24h: number;
}

export interface BoardPart {
  kind: PartKind;
  total: number;
  /** How many of them stand well. */
  good: number;
  /** All of them where they are few; otherwise those that need a look, the worst first. */
  items: BoardItem[];
  lastAt: Date | null;
}

/** Whose things stand on a board, and when it is looked at. */
export interface BoardView {
  scope: { customerId: string; deploymentId: string; environmentId?: string; organizationId?: string };
  /** There are several environments, so that each thing says in which it is. */
  several: boolean;
  now: Date;
}

const FEW = 12;
const SHOWN_MAX = 25;

export async function readConnections(tx: Tx, { scope: where, several, now }: BoardView): Promise<BoardPart> {
  const soon = new Date(now.getTime() + 30 * DAY_MS);
  const well = {
    state: "active",
    failures24h: 0,
    lastSignInAt: { not: null },
    OR: [{ certificateExpiresAt: null }, { certificateExpiresAt: { gt: soon } }],
  } satisfies Prisma.ConnectionWhereInput;
  const total = await tx.connection.count({ where });
  const good = await tx.connection.count({ where: { AND: [where, well] } });
  const rows = await tx.connection.findMany({
    where: total <= FEW ? where : { AND: [where, { NOT: well }] },
    include: IN,
    orderBy: [{ failures24h: "desc" }, { name: "asc" }, { id: "asc" }],
    take: SHOWN_MAX,
  });
  const { _max: newest } = await tx.connection.aggregate({ where, _max: { lastSignInAt: true } });
  const makers = await readMakers(tx, "connection", rows);
  const items = rows.map((row) => ({
    ...{ id: row.id, name: row.name, about: aboutOf(row, several), asOf: row.syncedAt },
    ...{ standing: connectionStanding(row, now), lastAt: row.lastSignInAt, ...makers.of(row.id) },
    ...{ certificateExpiresAt: row.certificateExpiresAt, failures24h: row.failures24h },
  }));
  return { kind: "connection", total, good, items: worstFirst(items), lastAt: newest.lastSignInAt };
}

export async function readDirectories(tx: Tx, { scope: where, several, now }: BoardView): Promise<BoardPart> {
  const well = {
    ...{ state: "active", problem: "" },
    OR: [{ lastSyncAt: null }, { lastSyncAt: { gt: new Date(now.getTime() - DAY_MS) } }],
  } satisfies Prisma.DirectoryWhereInput;
  const total = await tx.directory.count({ where });
  const good = await tx.directory.count({ where: { AND: [where, well] } });
  const rows = await tx.directory.findMany({
    where: total <= FEW ? where : { AND: [where, { NOT: well }] },
    include: IN,
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: SHOWN_MAX,
  });
  const { _max: newest } = await tx.directory.aggregate({ where, _max: { lastSyncAt: true } });
  const makers = await readMakers(tx, "directory", rows);
  const items = rows.map((row) => ({
    ...{ id: row.id, name: row.name, about: aboutOf(row, several), asOf: row.syncedAt, ...NO_SIGN_INS },
    ...{ standing: directoryStanding(row, now), lastAt: row.lastSyncAt, ...makers.of(row.id) },
  }));
  return { kind: "directory", total, good, items: worstFirst(items), lastAt: newest.lastSyncAt };
}

export async function readDomains(tx: Tx, { scope: where, several }: BoardView): Promise<BoardPart> {
  const well = { state: "verified" };
  const total = await tx.domain.count({ where });
  const good = await tx.domain.count({ where: { AND: [where, well] } });
  const rows = await tx.domain.findMany({
    where: total <= FEW ? where : { AND: [where, { NOT: well }] },
    include: IN,
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: SHOWN_MAX,
  });
  const { _max: newest } = await tx.domain.aggregate({ where, _max: { lookedAt: true } });
  const makers = await readDomainMakers(tx, where, rows);
  const items = rows.map((row) => ({
    ...{ id: row.id, name: row.name, about: aboutOf(row, several), asOf: row.syncedAt, ...NO_SIGN_INS },
    ...{ standing: domainStanding(row), lastAt: row.lookedAt, ...makers.of(row.id) },
  }));
  return { kind: "domain", total, good, items: worstFirst(items), lastAt: newest.lookedAt };
}

/** They are an environment's, not an organization's. */
export async function readRedirectUris(tx: Tx, { scope, several }: BoardView): Promise<BoardPart> {
  const { customerId, deploymentId, environmentId } = scope;
  const where = {
    customerId,
    environment: { deploymentId, ...(environmentId ? { id: environmentId } : {}) },
  };
  const total = await tx.redirectUri.count({ where });
  const good = await tx.redirectUri.count({ where: { ...where, remoteId: { not: null } } });
  const rows = await tx.redirectUri.findMany({
    where,
    include: IN,
    orderBy: [{ isDefault: "desc" }, { uri: "asc" }, { id: "asc" }],
    take: FEW,
  });
  const makers = await readMakers(tx, "redirect_uri", rows);
  const items = rows.map((row) => ({
    ...{
      id: row.id,
      name: row.uri,
      about: several ? row.environment.name : "",
      asOf: null,
      lastAt: null,
      ...NO_SIGN_INS,
    },
    standing: redirectUriStanding({ isDefault: row.isDefault, pending: row.remoteId === null }),
    ...makers.of(row.id),
  }));
  return { kind: "redirect_uri", total, good, items, lastAt: null };
}

/** Those that may still be used. */
export async function readSetupLinks(tx: Tx, { scope, several, now }: BoardView): Promise<BoardPart> {
  const where = { ...scope, revokedAt: null, finishedAt: null, expiresAt: { gt: now } };
  const total = await tx.setupLink.count({ where });
  const good = await tx.setupLink.count({ where: { ...where, openedAt: { not: null } } });
  const rows = await tx.setupLink.findMany({
    where,
    include: IN,
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    take: FEW,
  });
  const items = rows.map((row) => ({
    ...{
      id: row.id,
      name: row.organizationName,
      about: several ? row.environment.name : "",
      asOf: null,
      ...NO_SIGN_INS,
    },
    ...{ standing: linkStanding(row), lastAt: row.lastSeenAt },
    ...{ made: { by: row.createdByName, at: row.createdAt }, changed: null },
  }));
  const seen = rows.map(({ lastSeenAt }) => lastSeenAt?.getTime() ?? 0);
  const lastAt = seen.some(Boolean) ? new Date(Math.max(...seen)) : null;
  return { kind: "setup_link", total, good, items, lastAt };
}

const IN = { environment: { select: { name: true } } } as const;

function aboutOf(row: { organizationName: string; environment: { name: string } }, several: boolean): string {
  return [row.organizationName, several ? row.environment.name : ""].filter(Boolean).join(" · ");
}

const NO_SIGN_INS = { certificateExpiresAt: null, failures24h: 0 } as const;

export interface CertificateEnd {
  id: string;
  name: string;
  about: string;
  at: Date;
}

/** The certificates of identity providers, the first to end first. */
export async function readCertificates(
  tx: Tx,
  { scope: where, several }: BoardView,
): Promise<CertificateEnd[]> {
  const rows = await tx.connection.findMany({
    where: { ...where, certificateExpiresAt: { not: null } },
    select: { id: true, name: true, organizationName: true, certificateExpiresAt: true, ...IN },
    orderBy: [{ certificateExpiresAt: "asc" }, { id: "asc" }],
    take: FEW,
  });
  return rows.flatMap(({ certificateExpiresAt: at, id, name, ...row }) =>
    at ? [{ id, name, about: aboutOf(row, several), at }] : [],
  );
}
