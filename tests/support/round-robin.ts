import { once } from "node:events";
import { Agent, createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";

export interface RoundRobin {
  url: string;
  port: number;
  /** Where requests go; may be added to. */
  targets: string[];
  close(): Promise<void>;
}

/** A balancer at its simplest: each request goes to the next of `targets`, whatever connection it came on. */
export async function startRoundRobin(targets: string[]): Promise<RoundRobin> {
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  const server = createServer((request, response) => {
    turn = (turn + 1) % targets.length;
    const onward = forward(new URL(targets[turn] ?? ""), {
      agent,
      method: request.method,
      path: request.url,
      // As they came, twice where they came twice; the balancer adds nothing.
      headers: request.rawHeaders,
      setHost: false,
    });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
      pipeline(answer, response, () => undefined);
    });
    // Where an instance is gone, so is the connection to it: as from a balancer that does not try again.
    onward.on("error", () => response.destroy());
    pipeline(request, onward, () => undefined);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    targets,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
