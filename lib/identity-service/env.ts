import { z } from "zod";

/** What the offline identity service is told by whoever starts it (`npm start`, a container, a test). */
const Env = z.object({
  databaseUrl: z.url("Set SALLYPORT_IDENTITY_DATABASE_URL to a PostgreSQL address."),
  databaseConnections: z.coerce.number().int().min(1).max(200).default(10),
  sealingKey: z
    .base64("Set SALLYPORT_IDENTITY_SEALING_KEY to 32 random bytes in base64.")
    .refine((key) => Buffer.from(key, "base64").length === 32, "It must be 32 bytes in base64."),
  host: z.string().default("127.0.0.1"),
  port: z.coerce.number().int().min(0).max(65535).default(4000),
  /** The address applications and identity providers reach this service at. Without a trailing slash. */
  baseUrl: z.url().transform((url) => url.replace(/\/+$/, "")),
  /** How many proxies of one's own each request comes through. */
  trustedProxies: z.coerce.number().int().min(0).max(10).default(0),
  /** Certificate chain and private key in PEM, where this service itself answers with TLS. */
  tls: z
    .object({
      certificate: z.string(
        "Set SALLYPORT_IDENTITY_TLS_CERTIFICATE too: the PEM file of the certificate chain.",
      ),
      key: z.string("Set SALLYPORT_IDENTITY_TLS_KEY too: the PEM file of the private key."),
    })
    .optional(),
  /** The mail relay of this network. Without one, messages wait for an operator. */
  mail: z
    .object({
      url: z.url({
        protocol: /^smtps?$/,
        error: "SALLYPORT_SMTP_URL must look like smtp://user:password@relay.example:587.",
      }),
      from: z.string("Set SALLYPORT_MAIL_FROM too: the address that messages come from.").min(3),
    })
    .optional(),
  /** The console whose set-up portal the links of `/portal/generate_link` lead on to. Without it they end here. */
  portalUrl: z
    .url("SALLYPORT_PORTAL_URL must be the address of the console, such as https://console.example.")
    .transform((url) => url.replace(/\/+$/, ""))
    .optional(),
  managementToken: z
    .string()
    .min(32, "SALLYPORT_IDENTITY_MANAGEMENT_TOKEN must be at least 32 characters.")
    .optional(),
  /** Past any of these, requests are turned away at once. */
  capacity: z.object({
    requests: z.coerce.number().int().min(1).max(100_000).default(256),
    databaseWaitMs: z.coerce.number().int().min(1).max(4_000).default(1_000),
    loopDelayMs: z.coerce.number().int().min(1).max(900).default(500),
  }),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});
export type Env = z.infer<typeof Env>;

/** @throws Error naming each setting that is missing or wrong, never its value. */
export function readEnv(from: NodeJS.ProcessEnv = process.env): Env {
  const port = from.SALLYPORT_IDENTITY_PORT;
  const tls = readTlsFiles(from);
  const result = Env.safeParse({
    databaseUrl: from.SALLYPORT_IDENTITY_DATABASE_URL,
    databaseConnections: from.SALLYPORT_IDENTITY_DATABASE_CONNECTIONS,
    sealingKey: from.SALLYPORT_IDENTITY_SEALING_KEY,
    host: from.SALLYPORT_IDENTITY_HOST,
    port,
    baseUrl: from.SALLYPORT_IDENTITY_URL ?? `${tls ? "https" : "http"}://127.0.0.1:${port ?? 4000}`,
    trustedProxies: from.SALLYPORT_TRUSTED_PROXIES,
    tls,
    mail: readMail(from),
    portalUrl: from.SALLYPORT_PORTAL_URL || undefined,
    managementToken: from.SALLYPORT_IDENTITY_MANAGEMENT_TOKEN,
    capacity: {
      requests: from.SALLYPORT_IDENTITY_REQUESTS_MAX,
      databaseWaitMs: from.SALLYPORT_IDENTITY_DATABASE_WAIT_MAX_MS,
      loopDelayMs: from.SALLYPORT_IDENTITY_LOOP_DELAY_MAX_MS,
    },
    logLevel: from.SALLYPORT_LOG_LEVEL,
  });
  if (result.success) return result.data;
  throw new Error(`The settings of the identity service are incomplete.\n${z.prettifyError(result.error)}`);
}

function readMail(from: NodeJS.ProcessEnv): { url?: string; from?: string } | undefined {
  const { SALLYPORT_SMTP_URL: url, SALLYPORT_MAIL_FROM: sender } = from;
  if (!url) return undefined;
  return { url, ...(sender ? { from: sender } : {}) };
}

function readTlsFiles(from: NodeJS.ProcessEnv): { certificate?: string; key?: string } | undefined {
  const { SALLYPORT_IDENTITY_TLS_CERTIFICATE: certificate, SALLYPORT_IDENTITY_TLS_KEY: key } = from;
  if (!certificate && !key) return undefined;
  return { ...(certificate ? { certificate } : {}), ...(key ? { key } : {}) };
}

/** The gateway's proxy, where this program was started to leave through one; Node's own requests read it by themselves. */
export function readProxyEnv(from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv | undefined {
  const { NODE_USE_ENV_PROXY, http_proxy, https_proxy, no_proxy } = from;
  if (NODE_USE_ENV_PROXY !== "1" || !http_proxy || !https_proxy) return undefined;
  return { NODE_ENV: from.NODE_ENV, http_proxy, https_proxy, ...(no_proxy ? { no_proxy } : {}) };
}
