import type { FastifyInstance } from "fastify";
import { getSettings } from "../environments/settings.ts";
import type { Service } from "../service.ts";
import { userToWire } from "../users/user.ts";
import { parse } from "../wire/params.ts";
import { codeToWire } from "./code.ts";
import { getCode } from "./codes.ts";
import { confirmEmailChange, SendEmailChange, sendEmailChange } from "./email-change.ts";
import { ConfirmCode, confirmEmailVerification, sendEmailVerification } from "./email-verification.ts";
import { SendMagicAuth, sendMagicAuth } from "./magic-auth.ts";
import {
  ConfirmPasswordReset,
  CreatePasswordReset,
  confirmPasswordReset,
  getPasswordReset,
  type PasswordResetRow,
  passwordResetToWire,
  SendPasswordReset,
  sendPasswordReset,
} from "./password-reset.ts";

interface ById {
  Params: { id: string };
}

export function codeRoutes(app: FastifyInstance, service: Service): void {
  const { db, sealer } = service;
  app.post("/user_management/magic_auth", async ({ environmentId, body }, reply) => {
    const row = await sendMagicAuth(service, environmentId, parse(SendMagicAuth, body));
    return reply.code(201).send(codeToWire(row, sealer));
  });
  app.get<ById>("/user_management/magic_auth/:id", async ({ environmentId, params }) =>
    codeToWire(await getCode(db, environmentId, "magic_auth", params.id), sealer),
  );
  app.get<ById>("/user_management/email_verification/:id", async ({ environmentId, params }) =>
    codeToWire(await getCode(db, environmentId, "email_verification", params.id), sealer),
  );
  // What came before, and SDK 7 still calls.
  app.post("/user_management/magic_auth/send", async ({ environmentId, body }, reply) => {
    await sendMagicAuth(service, environmentId, parse(SendMagicAuth, body));
    return reply.code(204).send();
  });
  const user = "/user_management/users/:id";
  app.post<ById>(`${user}/email_verification/send`, async ({ environmentId, params }) => {
    const sent = await sendEmailVerification(service, environmentId, params.id);
    return { user: userToWire(sent.user) };
  });
  app.post<ById>(`${user}/email_verification/confirm`, async ({ environmentId, params, body }) => {
    const { code } = parse(ConfirmCode, body);
    return { user: userToWire(await confirmEmailVerification(service, environmentId, params.id, code)) };
  });
  app.post<ById>(`${user}/email_change/send`, async ({ environmentId, params, body }) => {
    const { new_email } = parse(SendEmailChange, body);
    return await sendEmailChange(service, environmentId, params.id, new_email);
  });
  app.post<ById>(`${user}/email_change/confirm`, async ({ environmentId, params, body }) => {
    const { code } = parse(ConfirmCode, body);
    return await confirmEmailChange(service, environmentId, params.id, code);
  });
}

export function passwordResetRoutes(app: FastifyInstance, service: Service): void {
  const { db, sealer, env } = service;
  const toWire = async (environmentId: string, row: PasswordResetRow) => {
    const { pages } = await getSettings(db, environmentId);
    return passwordResetToWire(row, { sealer, baseUrl: env.baseUrl, pages });
  };
  const at = "/user_management/password_reset";
  app.post(at, async ({ environmentId, body }, reply) => {
    const { email } = parse(CreatePasswordReset, body);
    const row = await sendPasswordReset(service, environmentId, email);
    return reply.code(201).send(await toWire(environmentId, row));
  });
  // What came before, and SDK 7 still calls.
  app.post(`${at}/send`, async ({ environmentId, body }, reply) => {
    const { email, password_reset_url } = parse(SendPasswordReset, body);
    await sendPasswordReset(service, environmentId, email, password_reset_url);
    return reply.code(204).send();
  });
  app.get<ById>(`${at}/:id`, async ({ environmentId, params }) =>
    toWire(environmentId, await getPasswordReset(db, environmentId, params.id)),
  );
  app.post(`${at}/confirm`, async ({ environmentId, body }) => ({
    user: userToWire(await confirmPasswordReset(service, environmentId, parse(ConfirmPasswordReset, body))),
  }));
}
