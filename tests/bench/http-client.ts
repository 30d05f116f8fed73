import { connect, type Socket } from "node:net";

export interface Answer {
  status: number;
  /** By lower-case name; one that comes several times has a line for each. */
  headers: ReadonlyMap<string, string>;
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
      const line = idle.pop() ?? openLine(hostname, Number(port));
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
  end(): void;
}

function openLine(host: string, port: number): Line {
  const socket: Socket = connect({ host, port, noDelay: true });
  let received = "";
  let waiting: { answered: (answer: Answer) => void; failed: (error: Error) => void } | null = null;
  // One character for each byte: lengths count bytes.
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    received += chunk;
    const answer = readAnswer(received);
    if (!answer) return;
    received = "";
    waiting?.answered(answer);
    waiting = null;
  });
  const fail = (error: Error) => waiting?.failed(error);
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("The server hung up.")));
  return {
    ask: (request) =>
      new Promise((answered, failed) => {
        waiting = { answered, failed };
        socket.write(request);
      }),
    end: () => socket.destroy(),
  };
}

/** Null until all of it is there. */
function readAnswer(received: string): Answer | null {
  const end = received.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const [first = "", ...lines] = received.slice(0, end).split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}\n${value}`);
  }
  const status = Number(first.slice(9, 12));
  const rest = received.slice(end + 4);
  const body = headers.get("transfer-encoding") === "chunked" ? readChunks(rest) : readLength(rest, headers);
  return body === null ? null : { status, headers, text: Buffer.from(body, "latin1").toString("utf8") };
}

function readLength(rest: string, headers: ReadonlyMap<string, string>): string | null {
  const length = Number(headers.get("content-length") ?? 0);
  return rest.length < length ? null : rest.slice(0, length);
}

function readChunks(rest: string): string | null {
  let body = "";
  for (let at = 0; ; ) {
    const end = rest.indexOf("\r\n", at);
    if (end === -1) return null;
    const length = Number.parseInt(rest.slice(at, end), 16);
    at = end + 2 + length + 2;
    if (rest.length < at) return null;
    if (length === 0) return body;
    body += rest.slice(end + 2, at - 2);
  }
}
