import { isIP } from "node:net";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";

const TEXT_MAX = 512;
const PATH_MAX = 2_048;
const INT_MAX = 2_147_483_647;

/**
 * A crossing as the database takes it. What passes is named by strangers: a name that PostgreSQL refuses must cost that name, and not
 * the record of a thousand others that were written with it.
 */
export function tidy(crossing: Crossing): Crossing {
  const open = crossing.outcome === "open";
  const beganAt = moment(crossing.beganAt) ?? new Date();
  return {
    ...crossing,
    beganAt,
    endedAt: open ? null : (moment(crossing.endedAt) ?? beganAt),
    reason: text(crossing.reason) as Crossing["reason"],
    ruleId: text(crossing.ruleId),
    purpose: text(crossing.purpose),
    environmentId: text(crossing.environmentId),
    peerName: text(crossing.peerName),
    peerAddress: address(crossing.peerAddress),
    peerPort: whole(crossing.peerPort, 65_535),
    clientId: text(crossing.clientId),
    clientName: text(crossing.clientName),
    clientAddress: address(crossing.clientAddress),
    method: text(crossing.method),
    path: text(crossing.path?.split("?", 1)[0] ?? null, PATH_MAX),
    status: whole(crossing.status, 999),
    bytesIn: whole(crossing.bytesIn, Number.MAX_SAFE_INTEGER) ?? 0,
    bytesOut: whole(crossing.bytesOut, Number.MAX_SAFE_INTEGER) ?? 0,
    tlsVersion: text(crossing.tlsVersion),
    certificateSha256: text(crossing.certificateSha256),
    latencyMs: whole(crossing.latencyMs, INT_MAX),
    correlationId: text(crossing.correlationId),
    missing: whole(crossing.missing ?? null, INT_MAX),
  };
}

/** PostgreSQL's timestamps begin earlier and end later; a partition for a year that no clock shows helps nobody. */
function moment(at: Date | null): Date | null {
  if (at === null || Number.isNaN(at.getTime())) return null;
  return at.getTime() < 0 || at.getUTCFullYear() > 9_999 ? null : at;
}

function text(value: string | null, lengthMax = TEXT_MAX): string | null {
  if (value === null) return null;
  const cut = value.length > lengthMax ? value.slice(0, lengthMax) : value;
  return cut.includes("\0") || !cut.isWellFormed() ? cut.replaceAll("\0", "").toWellFormed() : cut;
}

/** One host's address, in the family that it really is of. */
function address(value: string | null): string | null {
  if (value === null) return null;
  const plain = value.split("%", 1)[0] ?? "";
  const inside = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1] ?? plain;
  return isIP(inside) === 0 ? null : inside;
}

function whole(value: number | null, max: number): number | null {
  return value === null || !Number.isFinite(value) || value < 0 ? null : Math.min(Math.round(value), max);
}
