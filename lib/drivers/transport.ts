import { SECOND_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { declined, type RefusalCode } from "#lib/shared/refusals.ts";
import { refusal } from "./refusal.ts";

/** How patient a call is. Tests make it short; the defaults leave a person waiting at most 20 seconds. */
export interface Patience {
  attemptMs: number;
  totalMs: number;
  /** The pause before the second attempt; it doubles. A longer Retry-After is honoured while `totalMs` allows. */
  pauseMs: number;
  sleep(ms: number): Promise<void>;
}

export const PATIENCE: Patience = {
  attemptMs: 8 * SECOND_MS,
  totalMs: 20 * SECOND_MS,
  pauseMs: 300,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

const WORTH_REPEATING = new Set([408, 429, 500, 502, 503, 504]);

/**
 * A `fetch` for one upstream that gives up in time, repeats what is worth repeating, and answers with success only:
 * every other outcome is thrown as an `AppError` whose sentence names `upstream` and holds no secret. A POST is
 * repeated only when it carries an Idempotency-Key or was turned away: otherwise the first attempt may have taken effect.
 */
export function patientFetch(upstream: string, patience: Patience = PATIENCE): typeof fetch {
  return async (input, init = {}) => {
    const deadline = Date.now() + patience.totalMs;
    const repeatable = isRepeatable(init);
    for (let attempt = 1; ; attempt++) {
      const outcome = await tryOnce(upstream, input, init, patience, deadline);
      if (outcome instanceof Response && outcome.ok) return outcome;
      const pause = Math.max(patience.pauseMs * 2 ** (attempt - 1), retryAfterMs(outcome));
      const again =
        (repeatable || isTurnedAway(outcome)) && isWorthRepeating(outcome) && Date.now() + pause < deadline;
      if (!again) throw outcome instanceof Response ? await refusal(upstream, outcome) : outcome;
      if (outcome instanceof Response) await outcome.body?.cancel();
      await patience.sleep(pause);
    }
  };
}

async function tryOnce(
  upstream: string,
  input: Parameters<typeof fetch>[0],
  init: RequestInit,
  patience: Patience,
  deadline: number,
): Promise<Response | AppError> {
  const timeoutMs = Math.max(1, Math.min(patience.attemptMs, deadline - Date.now()));
  try {
    // Redirects are not followed: a bearer token must not travel to a host we did not choose.
    return await fetch(input, { ...init, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) }).then(
      buffered,
    );
  } catch (cause) {
    return unreachable(upstream, cause);
  }
}

const BODY_BYTES_MAX = 2_000_000;

/**
 * Reads the body within the same time limit, so that an upstream that stalls half-way counts as not answering, and up to a
 * bound, so that one without end does not fill this console's memory.
 */
async function buffered(response: Response): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > BODY_BYTES_MAX) throw Object.assign(new Error("too large"), { code: "ANSWER_TOO_LARGE" });
    chunks.push(chunk);
  }
  const body = sizeBytes === 0 ? null : Buffer.concat(chunks);
  return new Response(body, { status: response.status, headers: response.headers });
}

function isRepeatable(init: RequestInit): boolean {
  return (init.method ?? "GET") !== "POST" || new Headers(init.headers).has("Idempotency-Key");
}

/** The upstream said that it did nothing, so that even a POST without a key may be repeated. */
function isTurnedAway(outcome: Response | AppError): boolean {
  return outcome instanceof Response && outcome.status === 429;
}

/** The first try of this operation is still under way. */
function isStillBusy(response: Response): boolean {
  return response.status === 409 && response.headers.has("Retry-After");
}

function isWorthRepeating(outcome: Response | AppError): boolean {
  return outcome instanceof AppError || WORTH_REPEATING.has(outcome.status) || isStillBusy(outcome);
}

function retryAfterMs(outcome: Response | AppError): number {
  const value = outcome instanceof Response ? outcome.headers.get("Retry-After") : null;
  if (!value) return 0;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * SECOND_MS;
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}

const CAUSES: Record<string, Unreached> = {
  ENOTFOUND: "unreached_name",
  EAI_AGAIN: "unreached_dns",
  ECONNREFUSED: "unreached_refused",
  ECONNRESET: "unreached_cut",
  UND_ERR_SOCKET: "unreached_cut",
  EHOSTUNREACH: "unreached_host",
  ENETUNREACH: "unreached_network",
  CERT_HAS_EXPIRED: "unreached_expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "unreached_untrusted",
  SELF_SIGNED_CERT_IN_CHAIN: "unreached_untrusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unreached_untrusted",
  ANSWER_TOO_LARGE: "unreached_large",
  ERR_TLS_CERT_ALTNAME_INVALID: "unreached_other_name",
};
type Unreached = Extract<RefusalCode, `unreached${string}`>;

/** Why nobody answered, in a sentence. */
export function unreachable(upstream: string, cause: unknown): AppError {
  const timedOut = cause instanceof Error && cause.name === "TimeoutError";
  const why = timedOut ? "unreached_slow" : (CAUSES[codeOf(cause)] ?? "unreached");
  return declined("unavailable", why, { upstream }, { cause });
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
}
