import type { Socket } from "node:net";

export interface Head {
  status: number;
  reason: string;
  headers: Map<string, string>;
  /** What of the body came with it. */
  rest: Buffer;
}

const HEAD_BYTES_MAX = 64 * 1024;
/** Reads the head of an HTTP answer; null where none comes in time, or something that is none. */
export function readHead(socket: Socket, timeoutMs: number): Promise<Head | null> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const end = (head: Head | null) => {
      clearTimeout(limit);
      socket.off("data", take).off("close", closed);
      socket.pause();
      resolve(head);
    };
    const closed = () => end(null);
    const limit = setTimeout(end, timeoutMs, null);
    const take = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const at = received.indexOf("\r\n\r\n");
      if (at < 0) return received.length > HEAD_BYTES_MAX ? end(null) : undefined;
      end(parseHead(received.toString("latin1", 0, at), received.subarray(at + 4)));
    };
    socket.on("data", take).once("close", closed);
  });
}

function parseHead(text: string, rest: Buffer): Head | null {
  const [first = "", ...lines] = text.split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(first);
  if (!status) return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [name, value] = [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ];
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(status[1]), reason: status[2] ?? "", headers, rest };
}
