import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Clock } from "#lib/shared/clock.ts";
import { readFqdn } from "#lib/shared/hostnames.ts";
import { Attempt } from "./attempt.ts";
import { type Carrier, mustNotTurn } from "./carried.ts";
import { readClientHello } from "./client-hello.ts";
import { type Identified, type Shown, sha256 } from "./clients.ts";
import { type Passage, plainAddress } from "./doors.ts";
import { Inflow } from "./inflow.ts";
import { alertRefusal, answerRefusal, Refused } from "./refusal.ts";
import { type RequestHead, readRequestHead, type Target } from "./request-head.ts";
import { ResolutionProblem, type Resolve } from "./resolve.ts";
import type { EgressSettings } from "./settings.ts";
import type { EgressRecord } from "./tally.ts";
import { carryTunnel, TLS_PORT, type TunnelLimits } from "./tunnel.ts";
import type { Place, TunnelTable } from "./tunnel-table.ts";
import { type ConnectLimits, connectThrough, connectTo } from "./upstream.ts";

export interface ServeLimits extends TunnelLimits, ConnectLimits {
  /** For the whole head of a request. */
  readonly headMs: number;
}

/** What every connection is served with. */
export interface Service {
  readonly settings: () => EgressSettings;
  readonly resolve: Resolve;
  readonly record: EgressRecord;
  readonly clock: Clock;
  readonly limits: ServeLimits;
  readonly carrier: Carrier;
  readonly tunnels: TunnelTable;
}

/** What lets a target pass, and where it leads: addresses that may each be connected to, or none where the parent looks. */
interface Way {
  readonly ruleId: string;
  readonly addresses: readonly { readonly address: string; readonly ruleId: string }[];
}

/** How clients come: they ask a proxy, or were led here on their way to port 443 of somewhere else, and know nothing of it. */
export type Manner = "proxy" | "transparent";

/**
 * Serves one connection from its first byte on. It is settled when it is clear what comes of it; a tunnel goes on by itself then, and
 * nothing of how it came about is kept.
 * @param over called after its last byte. Whatever came of it is on record by then.
 */
export async function serve(
  socket: Socket,
  manner: Manner,
  service: Service,
  over: () => void,
): Promise<void> {
  const attempt = new Attempt(socket, service.record, service.clock);
  const place = service.tunnels.arrive(attempt.clientAddress);
  const left = () => {
    place?.[Symbol.dispose]();
    over();
  };
  let goesOn = false;
  try {
    goesOn = await begin(socket, manner, { attempt, place }, service, left);
  } finally {
    if (!goesOn) left();
  }
}

/** True where it goes on as a tunnel, and `left` will be called when that ends. */
async function begin(
  socket: Socket,
  manner: Manner,
  { attempt, place }: { attempt: Attempt; place: Place | null },
  service: Service,
  left: () => void,
): Promise<boolean> {
  const { clock, limits } = service;
  socket.on("error", ignored);
  try {
    if (!place) throw new Refused("too_many_connections");
    const { head, bytes, lengthBytes } = await (manner === "proxy"
      ? readHead(socket, limits.headMs)
      : readHello(socket, limits.helloMs));
    attempt.asks(head);
    const shown = shownBy(socket, attempt, head);
    const decidedBy = service.settings();
    const client = decidedBy.clients.identify(shown, clock());
    if (!client) throw new Refused("client_unknown");
    attempt.isFrom(client.client);
    if (!place.isOf(client.client.id)) throw new Refused("too_many_connections");
    if (head.path !== null) mustNotTurn(bytes.toString("latin1", 0, lengthBytes));
    return await letThrough(
      socket,
      { head, bytes, lengthBytes },
      { manner, attempt, shown, client, decidedBy, left },
      service,
    );
  } catch (error) {
    if (error instanceof Gone) {
      attempt.ends("refused", error.reason);
      socket.destroy();
      return false;
    }
    if (!(error instanceof Refused)) throw error;
    if (manner === "proxy") attempt.hasStatus(error.answer.status);
    attempt.ends(error.outcome, error.reason);
    if (manner === "proxy") answerRefusal(socket, error);
    else alertRefusal(socket);
    return false;
  }
}

/** What breaks a client's socket closes it too, and that is what is looked at. */
function ignored(): void {}

/** The client went away before it had asked for anything. */
class Gone extends Error {
  readonly reason = "client_left";
}

interface Read {
  readonly head: RequestHead;
  readonly bytes: Buffer;
  readonly lengthBytes: number;
}

interface Asker {
  readonly manner: Manner;
  readonly attempt: Attempt;
  readonly shown: Shown;
  readonly client: Identified;
  /** The settings by which it is decided. */
  readonly decidedBy: EgressSettings;
  readonly left: () => void;
}

/** True where it goes on as a tunnel. */
async function letThrough(
  socket: Socket,
  { head, bytes, lengthBytes }: Read,
  { manner, attempt, shown, client, decidedBy, left }: Asker,
  service: Service,
): Promise<boolean> {
  const { limits, tunnels, carrier } = service;
  const { parent, purposeOf } = decidedBy;
  const way = await findWay(head.target, attempt, service);
  const inflow = head.path === null && !parent ? new Inflow() : null;
  const upstream = parent
    ? await connectThrough(parent, throughParent(head.target, way), limits)
    : await connectTo(
        way.addresses.map(({ address }) => address),
        head.target.port,
        limits,
        (address) => attempt.leadsTo(address),
        inflow,
      );
  const connected = plainAddress(upstream.remoteAddress);
  const { address, ruleId } = way.addresses.find((each) => each.address === connected) ??
    way.addresses[0] ?? { address: null, ruleId: way.ruleId };
  attempt.leadsTo(address);
  const ends = { client: socket, upstream };
  const { name, port } = head.target;
  // Where the settings have changed while we waited this decides once more, and from now on each change does.
  const entry = tunnels.add(
    { ends, attempt, shown, clientId: client.client.id, name, address, port },
    decidedBy,
  );
  if (!entry) throw new Refused("no_rule");
  let goesOn = false;
  try {
    attempt.passes({ ruleId, purpose: purposeOf(ruleId) }, upstream);
    if (head.path === null) {
      const rest = bytes.subarray(lengthBytes);
      const asking = { target: head.target, rest, greets: manner === "proxy" };
      carryTunnel(ends, asking, attempt, limits, inflow, () => {
        entry[Symbol.dispose]();
        left();
      });
      goesOn = true;
    } else await carrier.carry(ends, { head, bytes }, attempt);
  } finally {
    if (!goesOn) entry[Symbol.dispose]();
  }
  return goesOn;
}

/** Resolves once, and decides on each address that this gives. @throws Refused */
export async function findWay(
  target: Target,
  attempt: Pick<Attempt, "leadsTo">,
  { settings, resolve }: Pick<Service, "settings" | "resolve">,
): Promise<Way> {
  const { doors, parent } = settings();
  const { name, port } = target;
  if (name === null) {
    const address = target.address as string;
    const ruleId = ruleOf(doors.decide({ name, address, port }));
    return { ruleId, addresses: [{ address, ruleId }] };
  }
  const byName = doors.decideName(name, port);
  // Whoever sits behind a parent can often resolve nothing; it is the parent that looks then, and no address is known here.
  if (parent && "ruleId" in byName) return { ruleId: byName.ruleId, addresses: [] };
  if (!doors.couldPass(name, port)) throw new Refused("no_rule");
  const found = await resolve(name).catch((error: unknown) => {
    throw error instanceof ResolutionProblem ? new Refused(error.reason) : error;
  });
  const decided = found.map((address) => ({ address, passage: doors.decide({ name, address, port }) }));
  const addresses = decided.flatMap(({ address, passage }) =>
    "ruleId" in passage ? [{ address, ruleId: passage.ruleId }] : [],
  );
  const [first] = addresses;
  if (first) return { ruleId: first.ruleId, addresses };
  attempt.leadsTo(decided[0]?.address ?? null);
  throw new Refused(decided[0] && "refused" in decided[0].passage ? decided[0].passage.refused : "no_rule");
}

function ruleOf(passage: Passage): string {
  if ("refused" in passage) throw new Refused(passage.refused);
  return passage.ruleId;
}

/** The address that was decided on, where one was: the parent must not resolve the name a second time. */
export function throughParent(target: Target, { addresses }: Way): Target {
  const [first] = addresses;
  return first ? { name: null, address: first.address, port: target.port } : target;
}

function shownBy(socket: Socket, attempt: Attempt, { credentials }: RequestHead): Shown {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return {
    address: attempt.clientAddress,
    credentials,
    certificate: certificate
      ? { hash: sha256(certificate.raw), endsAt: new Date(certificate.validTo) }
      : null,
  };
}

/** @throws Refused, Gone */
function readHead(socket: Socket, headMs: number): Promise<Read> {
  return readUntil(socket, headMs, (bytes, seenBytes) => {
    const reading = readRequestHead(bytes, seenBytes);
    if (reading.state === "bad") throw new Refused(reading.reason);
    return reading.state === "read" ? { head: reading.head, bytes, lengthBytes: reading.lengthBytes } : null;
  });
}

/** Whom a connection is for that was led here: what its TLS says is all there is to go by. @throws Refused, Gone */
function readHello(socket: Socket, helloMs: number): Promise<Read> {
  return readUntil(socket, helloMs, (bytes) => {
    const reading = readClientHello(bytes);
    if (reading.state === "more") return null;
    if (reading.state === "not_tls") throw new Refused("not_tls");
    if (reading.state === "bad") throw new Refused("bad_hello");
    const name = readFqdn(reading.name ?? "");
    if (!name.ok || name.value.startsWith("*")) throw new Refused("sni_missing");
    const target = { name: name.value, address: null, port: TLS_PORT };
    return { head: { method: null, target, path: null, credentials: null }, bytes, lengthBytes: 0 };
  });
}

/** @throws whatever `look` does, Refused where it takes too long, and Gone. */
async function readUntil(
  socket: Socket,
  timeoutMs: number,
  look: (bytes: Buffer, seenBytes: number) => Read | null,
): Promise<Read> {
  const { promise, resolve, reject } = Promise.withResolvers<Read>();
  let bytes: Buffer = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    const seenBytes = bytes.length;
    bytes = seenBytes === 0 ? chunk : Buffer.concat([bytes, chunk]);
    try {
      const found = look(bytes, seenBytes);
      if (found) resolve(found);
    } catch (error) {
      reject(error);
    }
  };
  const gone = () => reject(new Gone());
  // One limit for all of it, however many bytes come in between: a drop at a time would never end otherwise.
  const timer = setTimeout(() => reject(new Refused("too_slow")), timeoutMs);
  socket.on("data", read);
  socket.once("end", gone);
  socket.once("close", gone);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.pause();
    socket.off("data", read);
    socket.off("end", gone);
    socket.off("close", gone);
  }
}
