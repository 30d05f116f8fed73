import type { Clock } from "#lib/shared/clock.ts";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import type { Attempt } from "./attempt.ts";
import type { Shown } from "./clients.ts";
import type { EgressSettings } from "./settings.ts";
import { close, type Ends } from "./tunnel.ts";

export interface TableLimits {
  /** Connections of clients at once, tunnels and others. */
  readonly connectionsMax: number;
  readonly connectionsPerClientMax: number;
  /** Of one address, as long as it has not asked for anything: nobody keeps the others out by saying nothing. */
  readonly waitingPerAddressMax: number;
}

/** A connection that was let through, with everything by which that is decided again. */
export interface Entry {
  readonly ends: Ends;
  readonly attempt: Attempt;
  readonly shown: Shown;
  readonly clientId: string;
  readonly name: string | null;
  /** Null where a parent resolves the name. */
  readonly address: string | null;
  readonly port: number;
}

/** A connection's place among all that are open; given back when it ends. */
export interface Place extends Disposable {
  /** From now on it counts as this client's. False where that client has too many. */
  isOf(clientId: string): boolean;
}

/** Every connection that is open, counted, and every one that was let through. */
export interface TunnelTable {
  /** Null where there is no room. */
  arrive(address: string | null): Place | null;
  /** Null where the settings do not let it through any more, if they are others than those it was decided by. */
  add(entry: Entry, decidedBy: EgressSettings): Disposable | null;
  /** Decides on each once more; those that nothing lets through any more are closed, and on record. */
  review(): void;
  /** Closes all of them. */
  closeAll(reason: CrossingReason): void;
  readonly open: number;
}

export function createTunnelTable(
  settings: () => EgressSettings,
  clock: Clock,
  limits: TableLimits,
): TunnelTable {
  const entries = new Set<Entry>();
  const waiting = new Counter();
  const byClient = new Counter();
  let connections = 0;
  const end = (entry: Entry, reason: CrossingReason) => {
    entries.delete(entry);
    entry.attempt.ends("refused", reason);
    close(entry.ends);
  };
  return {
    arrive(address) {
      const from = address ?? "";
      if (connections >= limits.connectionsMax || waiting.of(from) >= limits.waitingPerAddressMax)
        return null;
      connections += 1;
      waiting.add(from);
      let leave = () => waiting.remove(from);
      return {
        isOf(clientId) {
          leave();
          byClient.add(clientId);
          leave = () => byClient.remove(clientId);
          return byClient.of(clientId) <= limits.connectionsPerClientMax;
        },
        [Symbol.dispose]() {
          leave();
          connections -= 1;
        },
      };
    },
    add(entry, decidedBy) {
      if (settings() !== decidedBy && whyNot(entry, settings(), clock)) {
        entry.ends.upstream.destroy();
        return null;
      }
      entries.add(entry);
      return { [Symbol.dispose]: () => void entries.delete(entry) };
    },
    review() {
      for (const entry of [...entries]) {
        const reason = whyNot(entry, settings(), clock);
        if (reason) end(entry, reason);
      }
    },
    closeAll(reason) {
      for (const entry of [...entries]) end(entry, reason);
    },
    get open() {
      return entries.size;
    },
  };
}

function whyNot(
  { shown, clientId, name, address, port }: Entry,
  { clients, doors }: EgressSettings,
  clock: Clock,
): CrossingReason | null {
  if (clients.identify(shown, clock())?.client.id !== clientId) return "client_gone";
  const passage =
    address === null ? doors.decideName(name ?? "", port) : doors.decide({ name, address, port });
  return "refused" in passage ? "rule_gone" : null;
}

class Counter {
  readonly #counts = new Map<string, number>();

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: string): void {
    this.#counts.set(key, this.of(key) + 1);
  }

  remove(key: string): void {
    const left = this.of(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}
