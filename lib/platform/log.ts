import pino, { type Logger } from "pino";
import { env } from "./env.ts";

let logger: Logger | undefined;

/** The log of the console and the worker: JSON lines on standard output, secrets cut out by name. */
export function log(): Logger {
  logger ??= pino({
    level: env().logLevel,
    redact: {
      paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
      censor: "[redacted]",
    },
  });
  return logger;
}

const SECRET_KEYS = ["password", "token", "secret", "apiKey", "authorization", "cookie", "code", "value"];
