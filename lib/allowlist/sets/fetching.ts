import "server-only";
import { lookup } from "node:dns";
import type { IncomingMessage } from "node:http";
import { type RequestOptions, request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { type Address, readAddress } from "#lib/shared/addresses.ts";
import { isPublic } from "#lib/shared/allowlist/reserved.ts";
import { SECOND_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { CONTENT_BYTES_MAX } from "./schema.ts";

/** What a list is fetched under. Tests make it short, and let it reach their own machine. */
export interface FetchTerms {
  totalMs: number;
  mayReach(address: string): boolean;
  tls: Pick<RequestOptions, "ca">;
}

const TERMS: FetchTerms = { totalMs: 20 * SECOND_MS, mayReach: isOutside, tls: {} };

/**
 * Reads a list from where its publisher keeps it, once, because somebody asked for it.
 *
 * Who names an address makes this console call it. So it calls machines on the Internet only, judged by the address that
 * it really connects to, over HTTPS, follows no redirect, and reads no more than the gates would take.
 * @throws AppError `unavailable`, in a sentence that says what stood in the way.
 */
export async function fetchFeed(url: string, terms: Partial<FetchTerms> = {}): Promise<Uint8Array> {
  const { totalMs, mayReach, tls } = { ...TERMS, ...terms };
  const { hostname, host } = new URL(url);
  const refusal = (why: string, cause?: unknown) =>
    new AppError("unavailable", `${host} ${why}`, {}, cause === undefined ? {} : { cause });
  const literal = hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) !== 0 && !mayReach(literal)) throw refusal(INSIDE);
  const signal = AbortSignal.timeout(totalMs);
  try {
    const options = { ...tls, agent: false, lookup: guarded(mayReach), signal, headers: HEADERS } as const;
    const response = await answerOf(url, options);
    if (response.statusCode !== 200) {
      response.destroy();
      throw refusal(`answered ${response.statusCode} and no list.`);
    }
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > CONTENT_BYTES_MAX) throw refusal("sent more than 1 MB.");
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (signal.aborted) throw refusal("did not answer in time.", cause);
    throw refusal(whyNot(cause), cause);
  }
}

const HEADERS = { accept: "text/plain, application/json", "accept-encoding": "identity" };
const INSIDE = "lies in a private or reserved network: this console reads lists from the Internet only.";

function answerOf(url: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, options, resolve).on("error", reject).end();
  });
}

/** Finds addresses as ever, and hands over only those that may be reached: what is checked is what is connected to. */
function guarded(mayReach: FetchTerms["mayReach"]): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "", 0);
      const reachable = addresses.filter(({ address }) => mayReach(address));
      const first = reachable[0];
      if (!first) return callback(Object.assign(new Error("inside"), { code: "INSIDE" }), "", 0);
      if (options.all) return callback(null, reachable);
      return callback(null, first.address, first.family);
    });
  };
}

function isOutside(text: string): boolean {
  const reading = readAddress(text);
  return reading.ok && isPublic(rangeOf(reading.value));
}

function rangeOf({ family, value }: Address) {
  return { family, first: value, last: value };
}

const CAUSES: Record<string, string> = {
  INSIDE,
  ENOTFOUND: "is a name that nobody knows here.",
  EAI_AGAIN: "could not be looked up: no name server answers.",
  ECONNREFUSED: "refused the connection.",
  ECONNRESET: "cut the connection.",
  CERT_HAS_EXPIRED: "has a certificate that has expired.",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a certificate for another name.",
};

function whyNot(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/SELF_SIGNED|UNABLE_TO/.test(code)) return "has a certificate that this console does not trust.";
  return CAUSES[code] ?? "could not be reached.";
}
