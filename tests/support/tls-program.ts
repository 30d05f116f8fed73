import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";

const ROOT = resolve(import.meta.dirname, "../..");
const MANAGEMENT_TOKEN = "management-token-only-for-the-tests";

export interface TlsAnswer {
  status: number;
  location: URL | null;
  body: Record<string, string>;
}

/** The identity service as a process of its own that answers with TLS, for the name in `url`, at `host` and `port`. */
export interface TlsProgram {
  ask(method: string, path: string, options?: { body?: unknown; key?: string }): Promise<TlsAnswer>;
  /** The serial number of the certificate that a new connection is shown, and the version of TLS it speaks. */
  handshake(): Promise<{ serial: string; protocol: string | null }>;
  stop(): Promise<void>;
}

export interface TlsPlace {
  databaseUrl: string;
  url: string;
  host: string;
  port: number;
  certificate: string;
  key: string;
  caFile: string;
}

export async function startTlsProgram(place: TlsPlace): Promise<TlsProgram> {
  const child = spawn(process.execPath, ["lib/identity-service/main.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      SALLYPORT_IDENTITY_DATABASE_URL: place.databaseUrl,
      SALLYPORT_IDENTITY_HOST: place.host,
      SALLYPORT_IDENTITY_PORT: String(place.port),
      SALLYPORT_IDENTITY_URL: place.url,
      SALLYPORT_IDENTITY_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN,
      SALLYPORT_IDENTITY_TLS_CERTIFICATE: place.certificate,
      SALLYPORT_IDENTITY_TLS_KEY: place.key,
    },
  });
  const servername = new URL(place.url).hostname;
  const tls = { host: place.host, port: place.port, servername, ca: readFileSync(place.caFile) };
  const ask: TlsProgram["ask"] = (method, path, { body, key = MANAGEMENT_TOKEN } = {}) =>
    new Promise((answered, failed) => {
      const form = body instanceof URLSearchParams;
      const headers = {
        host: servername,
        authorization: `Bearer ${key}`,
        "content-type": form ? "application/x-www-form-urlencoded" : "application/json",
      };
      const asked = request({ ...tls, method, path, headers, agent: false }, async (response) => {
        let text = "";
        for await (const chunk of response.setEncoding("utf8")) text += chunk;
        const { location } = response.headers;
        answered({
          status: response.statusCode ?? 0,
          location: location ? new URL(location, place.url) : null,
          body: text.startsWith("{") ? JSON.parse(text) : {},
        });
      });
      asked.once("error", failed);
      asked.end(body === undefined ? undefined : form ? body.toString() : JSON.stringify(body));
    });
  await untilReady(child, ask);
  return {
    ask,
    handshake: () =>
      new Promise((shown, failed) => {
        const socket = connect(tls, () => {
          shown({ serial: socket.getPeerCertificate().serialNumber, protocol: socket.getProtocol() });
          socket.end();
        });
        socket.once("error", failed);
      }),
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

async function untilReady(child: ChildProcess, ask: TlsProgram["ask"]): Promise<void> {
  while (child.exitCode === null) {
    const ready = await ask("GET", "/ready").catch(() => null);
    if (ready?.status === 200) return;
    await sleep(50);
  }
  throw new Error("The identity service ended before it was ready.");
}
