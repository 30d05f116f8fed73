import { basename } from "node:path";
import type { Clock } from "#lib/shared/clock.ts";
import { type CarriedHeader, CarriedRefused } from "#lib/shared/gateway/carried-file.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { newId } from "#lib/shared/ids.ts";
import type { Sealer } from "#lib/shared/sealing.ts";
import type { Pool } from "../../db.ts";
import type { Side } from "../append.ts";
import { environmentsOf, exportEvents } from "./export.ts";
import { importEvents } from "./import.ts";
import { carriedKey } from "./key.ts";
import { receiptFor, takeReceipt } from "./receipt.ts";
import { carriedOf } from "./standing.ts";

/** What the commands of the carried relay work with. */
export interface Carrying {
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly side: Side;
  readonly clock: Clock;
  readonly folder: string;
  readonly trusted: readonly string[];
  readonly record: (crossings: readonly Crossing[]) => Promise<void>;
  readonly print: (line: string) => void;
}

export async function exportFiles(
  carrying: Carrying,
  { folder, environmentId, after }: { folder: string; environmentId: string | null; after: string | null },
): Promise<void> {
  const { pool, side, clock, print } = carrying;
  if (after !== null && !/^\d{1,19}$/.test(after))
    throw new CarriedRefused("--after takes a position: the number at which the other side's status ends.");
  const environments = environmentId ? [environmentId] : await environmentsOf(pool, side);
  let made = 0;
  for (const environment of environments) {
    const begun = (header: CarriedHeader) => carrying.record([crossingOf(header, "egress", clock())]);
    const exporting = { ...carrying, now: clock(), begun };
    const exported = await exportEvents(exporting, environment, folder, after);
    if (!exported) continue;
    made += 1;
    const { count, through } = exported.header;
    print(`${exported.path}: ${count} events of ${environment}, up to ${through}`);
  }
  if (made === 0) print("There is nothing that has not been exported.");
}

export async function importFiles(
  carrying: Carrying,
  paths: readonly string[],
  acceptGap: boolean,
): Promise<void> {
  const { print, clock } = carrying;
  if (paths.length === 0) throw new CarriedRefused("Name the files to take in.");
  for (const path of paths) {
    let crossing: Crossing | null = null;
    try {
      const begun = async (header: CarriedHeader) => {
        crossing = { ...crossingOf(header, "ingress", clock()), outcome: "open", endedAt: null };
        await carrying.record([crossing]);
      };
      const { header, added, wasKnown } = await importEvents(
        { ...carrying, now: clock(), acceptGap, begun },
        path,
      );
      if (crossing)
        await carrying.record([{ ...(crossing as Crossing), outcome: "allowed", endedAt: clock() }]);
      const what = wasKnown ? "everything of it was here already" : `${added} new events`;
      print(`${basename(path)}: ${what}, ${header.environment_id} up to ${header.through}`);
      print(`Receipt: ${await receiptFor({ ...carrying, now: clock() }, header)}`);
    } catch (error) {
      if (!(error instanceof CarriedRefused)) throw error;
      await carrying.record([refusalOf(crossing, clock())]);
      throw new CarriedRefused(`${basename(path)}: ${error.message}`);
    }
  }
}

export async function confirm({ pool, side, trusted, print }: Carrying, text: string): Promise<void> {
  const { environment_id, through } = await takeReceipt(pool, side, text, trusted);
  print(`The other side has ${environment_id} up to ${through}.`);
}

export async function showStanding({ pool, sealer, side, print }: Carrying): Promise<void> {
  const { publicKey } = await carriedKey(pool, sealer, side);
  print(`Key of this side: ${publicKey}`);
  for (const one of await carriedOf(pool, side)) {
    const other = one.otherThrough ?? "unknown";
    const at = one.carriedAt.toISOString();
    if (one.side === "export")
      print(
        `${one.environmentId}: exported up to ${one.through}, the other side has it up to ${other}; ${one.waiting} events wait; ${one.files} files, the last at ${at}`,
      );
    else
      print(
        `${one.environmentId}: imported up to ${one.through} of ${other} that the last file from ${one.storeId} held; ${one.files} files, the last at ${at}`,
      );
  }
}

function crossingOf(header: CarriedHeader, direction: Crossing["direction"], now: Date): Crossing {
  const bytes = { [direction === "egress" ? "bytesOut" : "bytesIn"]: header.bytes };
  return {
    ...refusalOf(null, now),
    direction,
    outcome: "allowed",
    reason: null,
    environmentId: header.environment_id,
    correlationId: header.sha256,
    ...bytes,
  };
}

/** A file that was not taken in; nothing it says of itself is believed. */
function refusalOf(begun: Crossing | null, now: Date): Crossing {
  if (begun) return { ...begun, outcome: "failed", reason: "carried_refused", endedAt: now };
  return {
    id: newId("crs"),
    beganAt: now,
    endedAt: now,
    direction: "ingress",
    kind: "bundle",
    outcome: "refused",
    reason: "carried_refused",
    ruleId: null,
    purpose: "Events",
    environmentId: null,
    peerName: null,
    peerAddress: null,
    peerPort: null,
    clientId: null,
    clientName: null,
    clientAddress: null,
    method: null,
    path: null,
    status: null,
    bytesIn: 0,
    bytesOut: 0,
    tlsVersion: null,
    certificateSha256: null,
    latencyMs: null,
    correlationId: null,
  };
}
