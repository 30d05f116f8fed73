import { connect, isIP, type Socket } from "node:net";

/** What became of one attempt to connect. */
export type Attempt =
  | { ok: true; socket: Socket; tookMs: number }
  | { ok: false; code: string; words: string };

const WORDS: Record<string, string> = {
  ETIMEDOUT: "no answer: something on the way drops it",
  ECONNREFUSED: "refused: a firewall rejects it, or nothing listens there",
  ECONNRESET: "cut off by something on the way",
  EHOSTUNREACH: "no way there: a router says so",
  ENETUNREACH: "this machine has no route there",
  EACCES: "forbidden by a firewall, on this machine or on the way",
  EPERM: "forbidden by a firewall on this machine",
  EADDRNOTAVAIL: "this machine has no address of that kind",
};

/** Connects to one address; the caller ends the socket it is given. */
export function dial(address: string, port: number, timeoutMs: number): Promise<Attempt> {
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, family: isIP(address) });
    const end = (code: string) => {
      socket.destroy();
      resolve({ ok: false, code, words: WORDS[code] ?? code });
    };
    const limit = setTimeout(end, timeoutMs, "ETIMEDOUT");
    socket.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(limit);
      end(error.code ?? "EUNKNOWN");
    });
    socket.once("connect", () => {
      clearTimeout(limit);
      socket.removeAllListeners("error");
      // What goes wrong from here on is the business of whoever uses the socket; unheard, it would end the process.
      socket.on("error", () => undefined);
      resolve({ ok: true, socket, tookMs: performance.now() - started });
    });
  });
}

/** That an attempt went unanswered or was stopped on the way, as a closed firewall does it. */
export function isShut(code: string): boolean {
  return [
    "ETIMEDOUT",
    "ECONNREFUSED",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "EACCES",
    "EPERM",
    "ECONNRESET",
  ].includes(code);
}
