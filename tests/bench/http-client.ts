import { connect, type Socket } from "node:net";

export interface Answer {
  status: number;
  /** By lower-case name; one that comes several times has a line for each. */
  headers: { get(name: string): string | undefined };
  text: string;
}

export interface HttpClient {
  send(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>;
  close(): void;
}

/**
 * Plain HTTP/1.1 over kept connections, one request at a time on each. Node's own clients cost as much of the machine as the
 * service that is measured with them.
 */
export function httpClient(url: string): HttpClient {
  const { hostname, port } = new URL(url);
  const idle: Line[] = [];
  const all = new Set<Line>();
  return {
    async send(method, path, headers = {}, body = "") {
      let head = `${method} ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n`;
      for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
      if (body !== "" || method !== "GET") head += `content-length: ${Buffer.byteLength(body)}\r\n`;
      let line = idle.pop();
      // Servers hang up on who says nothing for some seconds, as while the other side is measured.
      while (line && !line.isOpen()) line = idle.pop();
      line ??= openLine(hostname, Number(port));
      all.add(line);
      const answer = await line.ask(`${head}\r\n${body}`);
      if (answer.headers.get("connection") === "close") line.end();
      else idle.push(line);
      return answer;
    },
    close() {
      for (const line of all) line.end();
    },
  };
}

interface Line {
  ask(request: string): Promise<Answer>;
  isOpen(): boolean;
  end(): void;
}

function openLine(host: string, port: number): Line {
  let received: Buffer | null = null;
  let waiting: { answered: (answer: Answer) => void; failed: (error: Error) => void } | null = null;
  // Read into one piece of memory again and again: Node would set aside 64 kB for each read.
  const onread = {
    buffer: Buffer.allocUnsafeSlow(65_536),
    callback(length: number, buffer: Uint8Array) {
      const piece = (buffer as Buffer).subarray(0, length);
      const all = received ? Buffer.concat([received, piece]) : piece;
      const answer = readAnswer(all);
      if (answer) {
        received = null;
        waiting?.answered(answer);
        waiting = null;
      } else received = received ? all : Buffer.from(piece);
      return true;
    },
  };
  const socket: Socket = connect({ host, port, noDelay: true, onread });
  const fail = (error: Error) => waiting?.failed(error);
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("The server hung up.")));
  return {
    ask: (request) =>
      new Promise((answered, failed) => {
        waiting = { answered, failed };
        socket.write(request);
      }),
    isOpen: () => socket.writable,
    end: () => socket.destroy(),
  };
}

const HEAD_ENDS = "\r\n\r\n";

/** Null until all of it is there. */
function readAnswer(received: Buffer): Answer | null {
  const end = received.indexOf(HEAD_ENDS, 0, "latin1");
  if (end === -1) return null;
  const head = received.toString("latin1", 0, end);
  const start = end + HEAD_ENDS.length;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  let text: string | null = "";
  if (length !== undefined) {
    const stop = start + Number(length);
    text = received.length < stop ? null : received.toString("utf8", start, stop);
  } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) text = readChunks(received, start);
  if (text === null) return null;
  return { status: Number(head.slice(9, 12)), headers: new HeaderLines(head), text };
}

/** Most of what an answer says about itself is asked by nobody: a line is looked for when it is. */
class HeaderLines {
  readonly #head: string;

  constructor(head: string) {
    this.#head = head;
  }

  get(name: string): string | undefined {
    const values = [...this.#head.matchAll(lineOf(name))].map(([, value = ""]) => value.trimEnd());
    return values.length > 0 ? values.join("\n") : undefined;
  }
}

const lines = new Map<string, RegExp>();

function lineOf(name: string): RegExp {
  const known = lines.get(name) ?? new RegExp(`\\r\\n${name}:[ \\t]*([^\\r]*)`, "gi");
  lines.set(name, known);
  return known;
}

function readChunks(received: Buffer, start: number): string | null {
  const pieces: Buffer[] = [];
  for (let at = start; ; ) {
    const end = received.indexOf("\r\n", at, "latin1");
    if (end === -1) return null;
    const length = Number.parseInt(received.toString("latin1", at, end), 16);
    at = end + 2 + length + 2;
    if (received.length < at) return null;
    if (length === 0) return Buffer.concat(pieces).toString();
    pieces.push(received.subarray(end + 2, at - 2));
  }
}
