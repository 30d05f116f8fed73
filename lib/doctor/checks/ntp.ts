import { createSocket } from "node:dgram";
import { isIP } from "node:net";

const PACKET_BYTES = 48;
/** Seconds from 1900, where NTP begins, to 1970. */
const ERA_SECONDS = 2_208_988_800;

export type NtpAnswer = { ok: true; offsetMs: number } | { ok: false; code: string; words: string };

/**
 * Asks a time server once (RFC 5905, in the shape of SNTP): how far its clock is ahead of this machine's. An answer counts only
 * if it repeats what was sent, so that nobody can tell the time uninvited.
 */
export function askNtp(
  address: string,
  port: number,
  now: () => Date,
  timeoutMs: number,
): Promise<NtpAnswer> {
  return new Promise((resolve) => {
    const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4");
    const end = (answer: NtpAnswer) => {
      clearTimeout(limit);
      clearInterval(repeat);
      socket.removeAllListeners();
      socket.on("error", () => undefined);
      socket.close();
      resolve(answer);
    };
    const fail = (code: string, words: string) => end({ ok: false, code, words });
    const limit = setTimeout(
      fail,
      timeoutMs,
      "ETIMEDOUT",
      "no answer: something on the way drops it, or nothing listens there",
    );
    const sent = new Map<string, number>();
    const send = () => {
      const request = Buffer.alloc(PACKET_BYTES);
      request[0] = 0x23; // version 4, client
      const at = now().getTime();
      writeTime(request, 40, at);
      sent.set(request.toString("hex", 40, 48), at);
      socket.send(request);
    };
    // Datagrams are lost for no reason: one lost is no closed door.
    const repeat = setInterval(send, Math.max(200, timeoutMs / 4));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      fail(error.code ?? "EUNKNOWN", ERRORS[error.code ?? ""] ?? "cannot be sent to"),
    );
    socket.on("message", (packet) => {
      const asked = packet.length >= PACKET_BYTES ? sent.get(packet.toString("hex", 24, 32)) : undefined;
      if (asked === undefined || ((packet[0] ?? 0) & 7) !== 4) return;
      if ((packet[1] ?? 0) === 0) return fail("KOD", "it refuses to tell (kiss of death)");
      if ((packet[0] ?? 0) >> 6 === 3) return fail("UNSYNC", "its own clock is not set");
      const [received, answered, back] = [readTime(packet, 32), readTime(packet, 40), now().getTime()];
      end({ ok: true, offsetMs: (received - asked + (answered - back)) / 2 });
    });
    socket.connect(port, address, send);
  });
}

const ERRORS: Record<string, string> = {
  ECONNREFUSED: "refused: nothing listens there, or a firewall rejects it",
  EPERM: "forbidden by a firewall on this machine",
  EACCES: "forbidden by a firewall",
  ENETUNREACH: "this machine has no route there",
  EHOSTUNREACH: "no way there: a router says so",
};

function writeTime(packet: Buffer, at: number, ms: number): void {
  packet.writeUInt32BE(Math.floor(ms / 1000) + ERA_SECONDS, at);
  packet.writeUInt32BE(Math.floor(((ms % 1000) / 1000) * 2 ** 32), at + 4);
}

function readTime(packet: Buffer, at: number): number {
  return (packet.readUInt32BE(at) - ERA_SECONDS) * 1000 + (packet.readUInt32BE(at + 4) / 2 ** 32) * 1000;
}
