import { crc32 } from "node:zlib";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";

// How a crossing lies in the spool: a line of a checksum and its values. What the values mean stands in the first line of the file,
// so that a later version still reads what an earlier one left.

const FIELDS = [
  "id",
  "beganAt",
  "endedAt",
  "direction",
  "kind",
  "outcome",
  "reason",
  "ruleId",
  "purpose",
  "environmentId",
  "peerName",
  "peerAddress",
  "peerPort",
  "clientId",
  "clientName",
  "clientAddress",
  "method",
  "path",
  "status",
  "bytesIn",
  "bytesOut",
  "tlsVersion",
  "certificateSha256",
  "latencyMs",
  "correlationId",
  "missing",
] as const satisfies readonly (keyof Crossing)[];

export const FIRST_LINE = `${JSON.stringify({ format: "sallyport-crossings/v1", fields: FIELDS })}\n`;

/** Moments as milliseconds: as text they would take half of the time that a line takes. */
export function lineOf(crossing: Crossing): Buffer {
  const values = JSON.stringify(
    FIELDS.map((field) => {
      const value = crossing[field];
      return value instanceof Date ? value.getTime() : value;
    }),
  );
  return Buffer.from(`${crc32(values).toString(16).padStart(8, "0")} ${values}\n`);
}

/** What a file of the spool holds: its crossings in order, and how many of its lines are damaged. */
export function readLines(content: Buffer): { crossings: Crossing[]; damaged: number } {
  const crossings: Crossing[] = [];
  let damaged = 0;
  let fields: string[] | null = null;
  for (let from = 0; from < content.length; ) {
    const found = content.indexOf(10, from);
    // A line without its end was being written when the process was killed: whatever it spoke of had not been let through.
    if (found === -1) break;
    const line = content.subarray(from, found);
    from = found + 1;
    if (fields === null) {
      fields = fieldsOf(line);
      if (fields === null) return { crossings, damaged: 1 };
      continue;
    }
    const crossing = crossingOf(line, fields);
    if (crossing) crossings.push(crossing);
    else damaged += 1;
  }
  return { crossings, damaged };
}

function fieldsOf(line: Buffer): string[] | null {
  try {
    const first = JSON.parse(line.toString()) as { format?: unknown; fields?: unknown };
    return first.format === "sallyport-crossings/v1" && Array.isArray(first.fields) ? first.fields : null;
  } catch {
    return null;
  }
}

function crossingOf(line: Buffer, fields: readonly string[]): Crossing | null {
  const body = line.subarray(9);
  if (line.subarray(0, 8).toString("latin1") !== crc32(body).toString(16).padStart(8, "0")) return null;
  const values = JSON.parse(body.toString()) as unknown[];
  const read = Object.fromEntries(fields.map((field, index) => [field, values[index] ?? null]));
  return {
    ...(read as unknown as Crossing),
    beganAt: new Date(read.beganAt as number | string),
    endedAt: read.endedAt === null ? null : new Date(read.endedAt as number | string),
  };
}
