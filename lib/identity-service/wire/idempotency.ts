import type { FastifyInstance, FastifyRequest } from "fastify";
import { sql } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { WireError } from "./errors.ts";

const CLAIM = sql(
  "idempotency_claim",
  `WITH claimed AS (
     INSERT INTO identity.idempotent_answers (scope, environment_id) VALUES ($1, $2)
     ON CONFLICT (scope) DO UPDATE SET created_at = now(), status = NULL, answer_sealed = NULL
       -- Older than the window; or left behind by a process that ended before it could answer.
       WHERE idempotent_answers.created_at < now() - CASE WHEN idempotent_answers.status IS NULL
         THEN interval '1 minute' ELSE interval '24 hours' END
     RETURNING scope)
   SELECT EXISTS (SELECT FROM claimed) AS mine, earlier.status, earlier.answer_sealed
   FROM (SELECT 1) AS always LEFT JOIN identity.idempotent_answers AS earlier ON earlier.scope = $1`,
);
const KEEP = sql(
  "idempotency_keep",
  "UPDATE identity.idempotent_answers SET status = $2, answer_sealed = $3 WHERE scope = $1",
);
const FORGET = sql("idempotency_forget", "DELETE FROM identity.idempotent_answers WHERE scope = $1");

/**
 * A POST that carries an `Idempotency-Key` is carried out once: the same key from the same caller with the same method,
 * path and body is answered with what was answered first. Answers are kept sealed, for they hold what is shown once.
 */
export function repeatSafely(app: FastifyInstance, { db, sealer }: Service): void {
  app.addHook("preHandler", async (request, reply) => {
    const scope = scopeOf(request);
    if (scope === null) return;
    const [found] = await db.query<Claim>(request.environmentId, CLAIM, [scope, request.environmentId]);
    if (found?.mine) {
      request.idempotencyScope = scope;
      return;
    }
    if (found?.status == null || found.answer_sealed === null) throw stillRunning();
    return reply
      .code(found.status)
      .header("content-type", "application/json; charset=utf-8")
      .send(sealer.open(found.answer_sealed, `idempotency:${scope}`));
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const scope = request.idempotencyScope;
    if (scope === null) return;
    if (reply.statusCode >= 500) await db.query(request.environmentId, FORGET, [scope]);
    else
      await db.query(request.environmentId, KEEP, [
        scope,
        reply.statusCode,
        sealer.seal(textOf(payload), `idempotency:${scope}`),
      ]);
  });
}

interface Claim {
  mine: boolean;
  status: number | null;
  answer_sealed: string | null;
}

function scopeOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (request.method !== "POST" || typeof key !== "string" || key === "") return null;
  if (request.routeOptions.config.knowsRepeats) return null;
  const path = request.url.split("?", 1)[0];
  return hashSecret(JSON.stringify([request.callerId, key, request.method, path, request.body ?? null]));
}

function textOf(payload: unknown): string {
  return typeof payload === "string" ? payload : "";
}

function stillRunning(): WireError {
  const message = "A request with this Idempotency-Key is still running.";
  return new WireError(409, { message, code: "idempotency_key_in_use" }, { "retry-after": "1" });
}
