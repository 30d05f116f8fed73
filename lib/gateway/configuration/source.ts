import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SECOND_MS } from "#lib/shared/clock.ts";
import type { Sealer } from "#lib/shared/sealing.ts";
import type { Pool } from "../db.ts";
import type { Env } from "../env.ts";

/** Where the configuration comes from. */
export interface Source {
  /** The text of it, or null where it is the same as the last time. @throws Error saying why it cannot be had. */
  fetch(signal: AbortSignal): Promise<string | null>;
  /** By which what it said last is found again. */
  readonly toldBy: string;
  /** Which database the console reads; null where there is no console, or it has not answered yet. */
  readonly consoleStore: string | null;
}

const ANSWER_MAX_MS = 15 * SECOND_MS;
const BYTES_MAX = 64 * 1024 * 1024;

export function sourceOf({ configurationFile, console: from }: Env): Source {
  return from ? consoleSource(from) : fileSource(configurationFile ?? "");
}

function fileSource(path: string): Source {
  let last = "";
  return {
    toldBy: named(`file\n${path}`),
    consoleStore: null,
    async fetch() {
      // As bytes: it is looked at every few seconds, and a text of megabytes each time is work for the collector.
      const content = await readFile(path);
      const digest = named(content);
      if (digest === last) return null;
      last = digest;
      return content.toString();
    },
  };
}

function consoleSource({ url, token }: NonNullable<Env["console"]>): Source {
  let etag: string | null = null;
  let store: string | null = null;
  return {
    get consoleStore() {
      return store;
    },
    toldBy: named(`console\n${url}\n${token}`),
    async fetch(signal) {
      const response = await fetch(`${url}/api/gateway/configuration`, {
        headers: { authorization: `Bearer ${token}`, ...(etag ? { "if-none-match": etag } : {}) },
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MAX_MS)]),
      });
      store = response.headers.get("sallyport-store") ?? store;
      if (response.status === 304) return null;
      if (response.status === 401)
        throw new Error("The console does not know this gateway's token. Make a new one there.");
      if (!response.ok)
        throw new Error(
          `The console answered ${response.status} to a gateway that asked for its configuration.`,
        );
      if (Number(response.headers.get("content-length") ?? 0) > BYTES_MAX)
        throw new Error("The console's configuration is larger than 64 MB.");
      const text = await response.text();
      etag = response.headers.get("etag");
      return text;
    },
  };
}

/** What was accepted last, sealed, in the database: for a start while the console or the file is away. */
export interface Kept {
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
}

export function keepConfiguration(pool: Pool, sealer: Sealer, toldBy: string): Kept {
  const context = `boundary:configuration:${toldBy}`;
  return {
    async load() {
      const { rows } = await pool.query<{ sealed: string }>(
        "SELECT sealed FROM boundary.configurations WHERE told_by = $1",
        [toldBy],
      );
      return rows[0] ? sealer.open(rows[0].sealed, context) : null;
    },
    async save(text) {
      await pool.query(
        `INSERT INTO boundary.configurations (told_by, sealed) VALUES ($1, $2)
         ON CONFLICT (told_by) DO UPDATE SET sealed = excluded.sealed, accepted_at = now()`,
        [toldBy, sealer.seal(text, context)],
      );
    },
  };
}

function named(source: string | Buffer): string {
  return createHash("sha256").update(source).digest("hex");
}
