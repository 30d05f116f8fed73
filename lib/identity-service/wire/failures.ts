import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import pg from "pg";
import { DatabaseGone } from "../db.ts";
import { errorPage } from "../html/pages.ts";
import { WireError } from "./errors.ts";

/**
 * Turns whatever was thrown into an answer: a refusal into its own shape, everything else into a sentence that gives
 * nothing away. SDKs retry 5xx, so only what may pass by itself is answered so.
 */
export function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.status >= 500 && refusal !== error)
    request.log.error({ requestId: request.id, err: error }, "request failed");
  if (request.routeOptions.config.page === true)
    return errorPage(reply.headers(refusal.headers), refusal.status, refusal.message);
  return reply.code(refusal.status).headers(refusal.headers).send(refusal.body);
}

/** What an error is answered as, in the plain shape. */
export function refusalOf(error: unknown): WireError {
  if (error instanceof WireError) return error;
  if (error instanceof pg.DatabaseError) return databaseRefusal(error);
  if (error instanceof DatabaseGone) return unavailable();
  const { statusCode } = error as Partial<FastifyError>;
  if (statusCode === 413)
    return new WireError(413, { message: "The body is too large.", code: "payload_too_large" });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new WireError(statusCode, { message: "The request could not be read.", code: "bad_request" });
  return new WireError(500, {
    message: "Something went wrong. The request id is in the X-Request-ID header.",
  });
}

function databaseRefusal(error: pg.DatabaseError): WireError {
  // NUL, or half of a surrogate pair: PostgreSQL keeps no such text.
  if (error.code === "22021" || error.code === "22P05")
    return new WireError(400, {
      message: "The request holds characters that cannot be stored.",
      code: "invalid_characters",
    });
  // It was looked for, and removed before what names it was written.
  if (error.code === "23503")
    return new WireError(409, {
      message: "Something that the request names has just been removed, or something else needs it.",
      code: "conflict",
    });
  // Deadlock, serialisation, shut-down, too many connections, a statement that took too long: over in a moment.
  if (/^(40|57|53|55P03)/.test(error.code ?? "")) return unavailable();
  return new WireError(500, {
    message: "Something went wrong. The request id is in the X-Request-ID header.",
  });
}

function unavailable(): WireError {
  return new WireError(
    503,
    { message: "The service cannot reach its database at the moment.", code: "database_unreachable" },
    { "retry-after": "2" },
  );
}
