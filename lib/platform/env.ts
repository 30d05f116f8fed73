import { z } from "zod";

/** What the console and the worker are told by whoever starts them (`npm start`, a container, a test). */
const Env = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
  databaseUrl: z.url("Set SALLYPORT_CONSOLE_DATABASE_URL, or start the console with `npm start`."),
  sealingKey: z.string().min(43, "Set SALLYPORT_SEALING_KEY to 32 random bytes in base64."),
  sessionSecret: z.string().min(32, "Set NEXTAUTH_SECRET to at least 32 random characters.").optional(),
  consoleUrl: z.url().default("http://127.0.0.1:3000"),
  identityUrl: z.url().default("http://127.0.0.1:4000"),
  identityManagementToken: z.string().optional(),
  workosUrl: z.url().default("https://api.workos.com"),
  workosTokenUrl: z.url().default("https://signin.workos.com/oauth2/token"),
  workosPlatformClientId: z.string().optional(),
  workosPlatformClientSecret: z.string().optional(),
  workosPlatformTeamId: z.string().optional(),
  workerHost: z.string().default("127.0.0.1"),
  workerPort: z.coerce.number().int().default(3001),
  demo: z.stringbool().default(false),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});
export type Env = z.infer<typeof Env>;

let parsed: Env | undefined;

/**
 * The settings, parsed at first use rather than at import, so that a build needs none.
 * @throws Error naming each variable that is missing or wrong.
 */
export function env(): Env {
  parsed ??= readEnv(process.env);
  return parsed;
}

/** What the console's cookies are encrypted under. The worker has none, and never asks. */
export function sessionSecret(): string {
  const secret = env().sessionSecret;
  if (secret === undefined) throw new Error("Set NEXTAUTH_SECRET, or start the console with `npm start`.");
  return secret;
}

function readEnv(from: NodeJS.ProcessEnv): Env {
  const result = Env.safeParse({
    NODE_ENV: from.NODE_ENV,
    databaseUrl: from.SALLYPORT_WORKER_DATABASE_URL ?? from.SALLYPORT_CONSOLE_DATABASE_URL,
    sealingKey: from.SALLYPORT_SEALING_KEY,
    sessionSecret: from.NEXTAUTH_SECRET,
    consoleUrl: from.SALLYPORT_CONSOLE_URL ?? from.NEXTAUTH_URL,
    identityUrl: from.SALLYPORT_IDENTITY_URL,
    identityManagementToken: from.SALLYPORT_IDENTITY_MANAGEMENT_TOKEN,
    workosUrl: from.SALLYPORT_WORKOS_URL,
    workosTokenUrl: from.SALLYPORT_WORKOS_TOKEN_URL,
    workosPlatformClientId: from.SALLYPORT_WORKOS_PLATFORM_CLIENT_ID,
    workosPlatformClientSecret: from.SALLYPORT_WORKOS_PLATFORM_CLIENT_SECRET,
    workosPlatformTeamId: from.SALLYPORT_WORKOS_PLATFORM_TEAM_ID,
    workerHost: from.SALLYPORT_HOST,
    workerPort: from.SALLYPORT_WORKER_PORT,
    demo: from.SALLYPORT_DEMO,
    logLevel: from.SALLYPORT_LOG_LEVEL,
  });
  if (result.success) return result.data;
  throw new Error(`The settings are incomplete.\n${z.prettifyError(result.error)}`);
}
