import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayIntake } from "#lib/shared/gateway/configuration.ts";
import { forwardedRequest, forwardedResponse } from "./headers.ts";
import type { Exchange } from "./serve.ts";

type Callback = Extract<GatewayIntake, { kind: "callback" }>;

const ANSWER_WITHIN_MS = 30 * SECOND_MS;
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const CONNECTIONS_MAX = 100;

/** Connections to the applications inside, kept for the next request. */
export interface ApplicationAgents {
  http: HttpAgent;
  https: HttpsAgent;
  destroy(): void;
}

export function applicationAgents(): ApplicationAgents {
  const options = {
    keepAlive: true,
    maxSockets: CONNECTIONS_MAX,
    maxFreeSockets: 10,
    timeout: ANSWER_WITHIN_MS,
  };
  const [http, https] = [new HttpAgent(options), new HttpsAgent(options)];
  return {
    http,
    https,
    destroy() {
      http.destroy();
      https.destroy();
    },
  };
}

/** What of a callback goes on to the application. */
export interface Forwarded {
  door: Callback;
  search: string;
  body: Buffer;
  source: string;
  overTls: boolean;
  agents: ApplicationAgents;
}

/**
 * Hands a browser's request on to the application at the one address that is set for its path, as a request of our own: what
 * the browser wrote of hosts, hops and lengths does not go on. The application learns who asked, and by which crossing.
 */
export async function forwardCallback(exchange: Exchange, forwarded: Forwarded): Promise<void> {
  const { passage, response } = exchange;
  let answer: IncomingMessage;
  try {
    answer = await ask(exchange, forwarded);
  } catch (error) {
    const slow = (error as Error).name === "TimeoutError";
    const reason = slow ? "application_slow" : "application_unreachable";
    return passage.refuse({ status: slow ? 504 : 502, reason }, "failed");
  }
  passage.allow();
  try {
    response.writeHead(answer.statusCode ?? 502, forwardedResponse(answer.headers));
    await pipeline(answer, upTo(ANSWER_BYTES_MAX), response);
  } catch {
    passage.know({ outcome: "failed", reason: "answer_cut" });
    answer.destroy();
    response.destroy();
  }
}

function ask({ passage, request, response }: Exchange, forwarded: Forwarded): Promise<IncomingMessage> {
  const { door, search, body, source, overTls, agents } = forwarded;
  const target = new URL(door.target);
  const secure = target.protocol === "https:";
  return new Promise((resolve, reject) => {
    const asked: ClientRequest = (secure ? requestHttps : requestHttp)({
      agent: secure ? agents.https : agents.http,
      protocol: target.protocol,
      hostname: target.hostname.replace(/^\[|\]$/g, ""),
      port: target.port,
      method: request.method ?? "GET",
      path: `${target.pathname === "/" ? door.path : target.pathname}${search}`,
      maxHeaderSize: 32 * 1024,
      headers: {
        ...forwardedRequest(request.headers),
        host: target.host,
        "x-forwarded-for": source,
        "x-forwarded-proto": overTls ? "https" : "http",
        "x-sallyport-crossing": passage.id,
        ...(request.method === "POST" ? { "content-length": String(body.length) } : {}),
      },
    });
    const slow = setTimeout(
      () => asked.destroy(new DOMException("It took too long to answer.", "TimeoutError")),
      ANSWER_WITHIN_MS,
    );
    const gone = () => asked.destroy();
    response.once("close", gone);
    asked.once("close", () => {
      clearTimeout(slow);
      response.off("close", gone);
    });
    asked.once("error", reject);
    asked.once("response", resolve);
    asked.end(request.method === "POST" ? body : undefined);
  });
}

function upTo(bytesMax: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > bytesMax) done(new RangeError("The application's answer is too large."));
      else done(null, chunk);
    },
  });
}
