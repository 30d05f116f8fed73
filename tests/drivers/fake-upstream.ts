import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface FakeUpstream {
  url: string;
  /** What arrived: method, path, headers and body of each request. */
  seen: { method: string; path: string; headers: IncomingMessage["headers"]; body: string }[];
  /** Answers, one a request, in order; the last one serves all that follow. */
  answers(...next: Answer[]): void;
  close(): Promise<void>;
}

/** An HTTP server that behaves as badly as a test asks it to. */
export async function fakeUpstream(): Promise<FakeUpstream> {
  let queue: Answer[] = [];
  const seen: FakeUpstream["seen"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      seen.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
      const answer = queue.length > 1 ? queue.shift() : queue[0];
      if (answer) answer(request, response, body);
      else response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    answers: (...next) => {
      queue = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

/** The upstream dies while it answers. */
export const hangUp: Answer = (_request, response) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.write('{"object":');
  response.destroy();
};

/** The upstream takes the request and never answers. */
export const silence: Answer = () => undefined;
