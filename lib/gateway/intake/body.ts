import type { IncomingMessage } from "node:http";
import type { Budget } from "./rate.ts";

/** Why a body was not taken. */
export type BodyProblem = "too_large" | "slow" | "client_gone" | "busy";

export type BodyReading = { ok: true; body: Buffer } | { ok: false; problem: BodyProblem };

/** The length that the head announces; null where it announces none. */
export function announcedLength({ headers }: IncomingMessage): number | null {
  return headers["content-length"] === undefined ? null : Number(headers["content-length"]);
}

/**
 * Reads a whole body, as it was sent. It is given up as soon as it is too large or takes too long in all, however steadily
 * it trickles; what it holds meanwhile comes out of `budget`, and goes back with `release`.
 */
export function readBody(
  request: IncomingMessage,
  { maxBytes, withinMs, budget }: { maxBytes: number; withinMs: number; budget: Budget },
): { reading: Promise<BodyReading>; release: () => void } {
  let held = 0;
  const release = () => {
    budget.give(held);
    held = 0;
  };
  const reading = new Promise<BodyReading>((resolve) => {
    const chunks: Buffer[] = [];
    const settle = (outcome: BodyReading) => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onGone).off("error", onGone);
      request.on("error", () => {});
      if (!outcome.ok) {
        request.pause();
        release();
      }
      resolve(outcome);
    };
    const give = (problem: BodyProblem) => settle({ ok: false, problem });
    const onData = (chunk: Buffer) => {
      if (held + chunk.length > maxBytes) give("too_large");
      else if (!budget.take(chunk.length)) give("busy");
      else {
        held += chunk.length;
        chunks.push(chunk);
      }
    };
    const onEnd = () => settle({ ok: true, body: Buffer.concat(chunks, held) });
    const onGone = () => give("client_gone");
    const timer = setTimeout(() => give("slow"), withinMs);
    if ((announcedLength(request) ?? 0) > maxBytes) give("too_large");
    else request.on("data", onData).once("end", onEnd).once("close", onGone).once("error", onGone);
  });
  return { reading, release };
}
