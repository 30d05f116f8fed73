import { hostname } from "node:os";
import { z } from "zod";

export const PARTS = ["egress", "intake", "relay"] as const;
export type Part = (typeof PARTS)[number];

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;
const Port = z.coerce.number().int().min(0).max(65_535);

/** What the boundary gateway is told by whoever starts it (`npm start`, a service manager, a test). */
const Env = z
  .object({
    databaseUrl: z.url("Set SALLYPORT_GATEWAY_DATABASE_URL to a PostgreSQL address."),
    databaseConnections: z.coerce.number().int().min(1).max(200).default(10),
    sealingKey: z
      .base64("Set SALLYPORT_GATEWAY_SEALING_KEY to 32 random bytes in base64.")
      .refine((key) => Buffer.from(key, "base64").length === 32, "It must be 32 bytes in base64."),
    /** What this gateway is called in the record; two of one site are told apart by it. */
    name: z.string().min(1).max(128).default(hostname()),
    parts: z
      .string()
      .default(PARTS.join(","))
      .transform((list) => list.split(",").map((part) => part.trim()))
      .pipe(z.array(z.enum(PARTS, `SALLYPORT_GATEWAY_PARTS lists some of ${PARTS.join(", ")}.`)).min(1)),
    host: z.string().default("127.0.0.1"),
    /** Where it says how it is. */
    port: Port.default(4100),
    /** Where applications find the proxy. */
    proxyPort: Port.default(4128),
    /** On which address: one that applications on other machines reach, where there are any. */
    proxyHost: z.string().min(1).optional(),
    /** Where it is found by clients that show a certificate, or whose token is not to be read on the way. */
    proxyTls: z
      .object({
        port: Port.default(4129),
        certificate: z.string("Set SALLYPORT_GATEWAY_PROXY_TLS_CERTIFICATE too."),
        key: z.string("Set SALLYPORT_GATEWAY_PROXY_TLS_KEY too."),
      })
      .optional(),
    /** Where connections to port 443 of anywhere are led that know of no proxy. */
    transparentPort: Port.optional(),
    /** Where what comes from outside arrives. */
    intakePort: Port.default(4143),
    intake: z
      .object({
        /** On which address: outside, where the others are inside. */
        host: z.string(),
        /** The port by which the outside knows it, which the allowlist's rules name. */
        publicPort: z.coerce.number().int().min(1).max(65_535).default(443),
        /** How many proxies of the site stand before it: the last so many names in X-Forwarded-For are theirs. */
        trustedProxies: z.coerce.number().int().min(0).max(10).default(0),
        tls: z
          .object({
            certificate: z.string("Set SALLYPORT_GATEWAY_INTAKE_TLS_CERTIFICATE too."),
            key: z.string("Set SALLYPORT_GATEWAY_INTAKE_TLS_KEY too."),
          })
          .optional(),
      })
      .refine(
        ({ host, tls, trustedProxies }) => tls || trustedProxies > 0 || LOOPBACK.test(host),
        "Set SALLYPORT_GATEWAY_INTAKE_TLS_CERTIFICATE and SALLYPORT_GATEWAY_INTAKE_TLS_KEY, or put a proxy before it that speaks TLS and set SALLYPORT_GATEWAY_INTAKE_TRUSTED_PROXIES: what comes from outside comes encrypted.",
      ),
    /** Where the folder lies in which it keeps what must outlive the database being away. */
    dataDir: z.string().min(1).default(".sallyport/gateway"),
    /** How much of that folder crossings may take. */
    spoolBytesMax: z.coerce.number().int().min(1_000_000).default(1_000_000_000),
    /** The file of its configuration, where it is told by nobody. */
    configurationFile: z.string().min(1).optional(),
    console: z
      .object({
        url: z
          .url("Set SALLYPORT_GATEWAY_CONSOLE_URL to the console's address.")
          .transform((url) => url.replace(/\/+$/, "")),
        token: z.string("Set SALLYPORT_GATEWAY_TOKEN too: the console shows it once.").min(16),
      })
      .optional(),
    logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  })
  .refine(
    ({ configurationFile, console }) => (configurationFile === undefined) !== (console === undefined),
    "Set SALLYPORT_GATEWAY_CONFIGURATION to a file, or SALLYPORT_GATEWAY_CONSOLE_URL and SALLYPORT_GATEWAY_TOKEN: one of the two.",
  );
export type Env = z.infer<typeof Env>;

/** @throws Error naming each setting that is missing or wrong, never its value. */
export function readEnv(from: Readonly<Record<string, string | undefined>> = process.env): Env {
  const { SALLYPORT_GATEWAY_CONSOLE_URL: url, SALLYPORT_GATEWAY_TOKEN: token } = from;
  const certificate = from.SALLYPORT_GATEWAY_INTAKE_TLS_CERTIFICATE || undefined;
  const key = from.SALLYPORT_GATEWAY_INTAKE_TLS_KEY || undefined;
  const result = Env.safeParse({
    databaseUrl: from.SALLYPORT_GATEWAY_DATABASE_URL,
    databaseConnections: from.SALLYPORT_GATEWAY_DATABASE_CONNECTIONS,
    sealingKey: from.SALLYPORT_GATEWAY_SEALING_KEY,
    name: from.SALLYPORT_GATEWAY_NAME,
    parts: from.SALLYPORT_GATEWAY_PARTS,
    host: from.SALLYPORT_GATEWAY_HOST,
    port: from.SALLYPORT_GATEWAY_PORT,
    proxyPort: from.SALLYPORT_GATEWAY_PROXY_PORT,
    proxyHost: from.SALLYPORT_GATEWAY_PROXY_HOST || undefined,
    proxyTls: readProxyTls(from),
    transparentPort: from.SALLYPORT_GATEWAY_TRANSPARENT_PORT || undefined,
    intakePort: from.SALLYPORT_GATEWAY_INTAKE_PORT,
    intake: {
      host: from.SALLYPORT_GATEWAY_INTAKE_HOST ?? from.SALLYPORT_GATEWAY_HOST ?? "127.0.0.1",
      publicPort: from.SALLYPORT_GATEWAY_INTAKE_PUBLIC_PORT,
      trustedProxies: from.SALLYPORT_GATEWAY_INTAKE_TRUSTED_PROXIES,
      tls: certificate || key ? { certificate, key } : undefined,
    },
    dataDir: from.SALLYPORT_GATEWAY_DATA_DIR,
    spoolBytesMax: from.SALLYPORT_GATEWAY_SPOOL_BYTES,
    configurationFile: from.SALLYPORT_GATEWAY_CONFIGURATION || undefined,
    console: url || token ? { url, token } : undefined,
    logLevel: from.SALLYPORT_LOG_LEVEL,
  });
  if (result.success) return result.data;
  throw new Error(`The settings of the boundary gateway are incomplete.\n${z.prettifyError(result.error)}`);
}

function readProxyTls(from: Readonly<Record<string, string | undefined>>) {
  const certificate = from.SALLYPORT_GATEWAY_PROXY_TLS_CERTIFICATE || undefined;
  const key = from.SALLYPORT_GATEWAY_PROXY_TLS_KEY || undefined;
  return certificate || key ? { port: from.SALLYPORT_GATEWAY_PROXY_TLS_PORT, certificate, key } : undefined;
}
