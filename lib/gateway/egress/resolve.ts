import { lookup } from "node:dns/promises";
import { plainAddress } from "./doors.ts";

/** Finds the addresses of a name, in the order in which they are to be tried. @throws where there are none. */
export type Resolve = (name: string) => Promise<string[]>;

export class ResolutionProblem extends Error {
  readonly reason: "name_unknown" | "name_server_slow" | "name_server_busy";

  constructor(reason: ResolutionProblem["reason"]) {
    super(reason);
    this.reason = reason;
  }
}

const ADDRESSES_MAX = 16;

/**
 * As this machine resolves names, its hosts file included. Each name is asked for once at a time, however many wait for it, and
 * nobody waits for longer than `timeoutMs`: the few threads that names are resolved in must not all hang on one of them.
 */
export function boundedResolve({
  timeoutMs = 5_000,
  namesMax = 256,
  ask = askSystem,
}: {
  timeoutMs?: number;
  namesMax?: number;
  ask?: Resolve;
} = {}): Resolve {
  const underWay = new Map<string, Promise<string[]>>();
  return async (name) => {
    const known = underWay.get(name);
    if (!known && underWay.size >= namesMax) throw new ResolutionProblem("name_server_busy");
    const asked = known ?? ask(name).finally(() => underWay.delete(name));
    if (!known) underWay.set(name, asked);
    return await inTime(asked, timeoutMs);
  };
}

async function inTime(asked: Promise<string[]>, timeoutMs: number): Promise<string[]> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new ResolutionProblem("name_server_slow")), timeoutMs);
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function askSystem(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true, order: "verbatim" }).catch(() => {
    throw new ResolutionProblem("name_unknown");
  });
  // A name server that lies may lie at length.
  const addresses = found.slice(0, ADDRESSES_MAX).flatMap(({ address }) => plainAddress(address) ?? []);
  if (addresses.length === 0) throw new ResolutionProblem("name_unknown");
  return addresses;
}
