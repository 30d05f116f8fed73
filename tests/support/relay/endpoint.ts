import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What an endpoint of a test was sent. */
export interface Received {
  id: string;
  object: string;
  number: number;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface TestEndpoint {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

export type Answer = (received: Received, response: ServerResponse, request: IncomingMessage) => void;

/** An application that is delivered to: it writes down what it is sent, and answers as the test says. */
export async function startEndpoint(
  answer: Answer = (_received, response) => response.end(),
): Promise<TestEndpoint> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const event = JSON.parse(body);
      const one = {
        id: event.id,
        object: event.data.id,
        number: event.data.number,
        headers: request.headers,
        body,
      };
      received.push(one);
      answer(one, response, request);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The numbers of each object in the order they came, those that came again left out. */
export function firstSeen(received: readonly Received[]): Map<string, number[]> {
  const seen = new Map<string, number[]>();
  for (const { object, number } of received) {
    const numbers = seen.get(object) ?? [];
    if (!numbers.includes(number)) numbers.push(number);
    seen.set(object, numbers);
  }
  return seen;
}
