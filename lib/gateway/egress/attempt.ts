import type { Socket } from "node:net";
import type { Clock } from "#lib/shared/clock.ts";
import type { Crossing, CrossingKind } from "#lib/shared/gateway/crossing.ts";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import { newId } from "#lib/shared/ids.ts";
import type { EgressClient } from "./clients.ts";
import { plainAddress } from "./doors.ts";
import type { RequestHead } from "./request-head.ts";
import type { ServerGreeting } from "./server-hello.ts";
import type { EgressRecord } from "./tally.ts";

/** One connection of a client, from its arrival on: what is known of it is gathered here and written down. */
export class Attempt {
  readonly clientAddress: string | null;
  readonly beganAt: Date;
  readonly #id = newId("crs");
  readonly #record: EgressRecord;
  readonly #clock: Clock;
  readonly #startedMs = performance.now();
  #kind: CrossingKind = "connection";
  #head: RequestHead | null = null;
  #client: EgressClient | null = null;
  #passage: { ruleId: string; purpose: string | null } | null = null;
  #peerAddress: string | null = null;
  #peerName: string | null = null;
  #tlsVersion: string | null = null;
  #certificateSha256: string | null = null;
  #latencyMs: number | null = null;
  #status: number | null = null;
  #upstream: { socket: Socket; readBefore: number; writtenBefore: number } | null = null;
  #end: Crossing["outcome"] | null = null;

  constructor(socket: Socket, record: EgressRecord, clock: Clock) {
    this.clientAddress = plainAddress(socket.remoteAddress);
    this.#record = record;
    this.#clock = clock;
    this.beganAt = clock();
  }

  asks(head: RequestHead): void {
    this.#head = head;
    this.#peerName = head.target.name;
    this.#peerAddress = head.target.address;
    if (head.path !== null) this.#kind = "request";
  }

  isFrom(client: EgressClient): void {
    this.#client = client;
  }

  /** What it is asked for leads here: the address that was last looked at, and in the end connected. */
  leadsTo(address: string | null): void {
    this.#peerAddress = address;
  }

  /** The name that its TLS asks for, where only an address was asked for before. */
  names(name: string | null): void {
    this.#peerName ??= name;
  }

  /** What could be seen of the TLS that passes. */
  speaks({ version, certificateSha256 }: ServerGreeting): void {
    this.#tlsVersion = version;
    this.#certificateSha256 = certificateSha256;
  }

  /** Written down before anything of the client's is passed on. */
  passes(passage: { ruleId: string; purpose: string | null }, upstream: Socket): void {
    this.#passage = passage;
    this.#upstream = {
      socket: upstream,
      readBefore: upstream.bytesRead,
      writtenBefore: upstream.bytesWritten,
    };
    this.#record(this.#crossing("open", null, null));
  }

  /** The other side has said something, for the first time or again. */
  answered(): void {
    this.#latencyMs ??= Math.round(performance.now() - this.#startedMs);
  }

  hasStatus(status: number): void {
    this.#status = status;
  }

  get isRefused(): boolean {
    return this.#end === "refused";
  }

  /** The first end is the one that counts. */
  ends(outcome: "allowed" | "refused" | "failed", reason: CrossingReason | null): void {
    if (this.#end) return;
    this.#end = outcome;
    this.#record(this.#crossing(outcome, reason, this.#clock()));
  }

  #crossing(outcome: Crossing["outcome"], reason: CrossingReason | null, endedAt: Date | null): Crossing {
    const through = this.#upstream;
    return {
      id: this.#id,
      beganAt: this.beganAt,
      endedAt,
      direction: "egress",
      kind: this.#kind,
      outcome,
      reason,
      ruleId: this.#passage?.ruleId ?? null,
      purpose: this.#passage?.purpose ?? null,
      environmentId: null,
      peerName: this.#peerName,
      peerAddress: this.#peerAddress,
      peerPort: this.#head?.target.port ?? null,
      clientId: this.#client?.id ?? null,
      clientName: this.#client?.name ?? null,
      clientAddress: this.clientAddress,
      method: this.#head?.method ?? null,
      path: this.#head?.path?.replace(/\?.*$/, "") ?? null,
      status: this.#status,
      bytesIn: through ? through.socket.bytesRead - through.readBefore : 0,
      bytesOut: through ? through.socket.bytesWritten - through.writtenBefore : 0,
      tlsVersion: this.#tlsVersion,
      certificateSha256: this.#certificateSha256,
      latencyMs: this.#latencyMs,
      correlationId: null,
    };
  }
}
