import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { alone } from "../db.ts";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { getUser } from "../users/store.ts";
import { refused } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { answerChallenge, insertChallenge } from "./challenges.ts";
import { challengeToWire, EnrollFactor, EnrollUserFactor, type FactorRow, factorToWire } from "./factor.ts";
import { factorsOf, getFactor, insertFactor, removeFactor } from "./store.ts";

interface ById {
  Params: { id: string };
}

const Code = z.object({ code: z.string().min(1).max(20) });

/** Factors that an application asks for by itself, and those of users, which sign-in asks for. */
export function factorRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.post("/auth/factors/enroll", async ({ environmentId, body }, reply) => {
    const { type, totp_issuer, totp_user, user_id } = parse(EnrollFactor, body);
    if (type !== "totp")
      throw refused(422, `Factors of type ${type} need the Internet. Use totp.`, "not_supported_offline");
    const user = user_id ? await getUser(db, environmentId, user_id) : null;
    const { name } = await getEnvironment(db, environmentId);
    const { row, enrolment } = await insertFactor(service, alone(db, environmentId), environmentId, {
      userId: user?.id ?? null,
      issuer: totp_issuer ?? withoutColon(name),
      account: totp_user ?? user?.email ?? "account",
    });
    return reply.code(201).send(factorToWire(row, enrolment));
  });
  app.get<ById>("/auth/factors/:id", async ({ environmentId, params }) =>
    factorToWire(await getFactor(alone(db, environmentId), environmentId, params.id)),
  );
  app.delete<ById>("/auth/factors/:id", async ({ environmentId, params }, reply) => {
    await removeFactor(db, environmentId, params.id);
    return reply.code(204).send();
  });
  app.post<ById>("/auth/factors/:id/challenge", async ({ environmentId, params }, reply) => {
    const run = alone(db, environmentId);
    const factor = await getFactor(run, environmentId, params.id);
    return reply
      .code(201)
      .send(challengeToWire(await insertChallenge(service, run, environmentId, factor.id)));
  });
  app.post<ById>("/auth/challenges/:id/verify", async ({ environmentId, params, body }, reply) => {
    const { code } = parse(Code, body);
    const { valid, challenge } = await answerChallenge(service, environmentId, params.id, code);
    return reply.code(201).send({ challenge: challengeToWire(challenge), valid });
  });
}

export function userFactorRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  const at = "/user_management/users/:id/auth_factors";
  app.post<ById>(at, async ({ environmentId, params, body }, reply) => {
    const { totp_issuer, totp_user, totp_secret } = parse(EnrollUserFactor, body);
    const user = await getUser(db, environmentId, params.id);
    const { name } = await getEnvironment(db, environmentId);
    const made = await db.transaction(environmentId, async (run) => {
      const { row, enrolment } = await insertFactor(service, run, environmentId, {
        userId: user.id,
        issuer: totp_issuer ?? withoutColon(name),
        account: totp_user ?? user.email,
        secret: totp_secret,
      });
      return { row, enrolment, challenge: await insertChallenge(service, run, environmentId, row.id) };
    });
    return reply.code(201).send({
      authentication_factor: factorToWire(made.row, made.enrolment),
      authentication_challenge: challengeToWire(made.challenge),
    });
  });
  app.get<ById & { Querystring: Params }>(at, async ({ environmentId, params, query }) => {
    const user = await getUser(db, environmentId, params.id);
    const source = factorsOf(environmentId, user.id);
    return await readList<FactorRow, unknown>(db, environmentId, source, readPage(query), (row) =>
      factorToWire(row),
    );
  });
}

/** A colon divides the issuer from the account in what the authenticator app reads. */
export function withoutColon(name: string): string {
  return name.replaceAll(":", " ").trim() || "Sallyport";
}
