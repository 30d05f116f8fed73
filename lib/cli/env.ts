import { resolve } from "node:path";
import { z } from "zod";
import { Failure } from "./failure.ts";

const Port = z.coerce.number().int().min(1).max(65_535);
/** What is set to nothing is not set. */
const Text = z
  .string()
  .optional()
  .transform((value) => value || undefined);

/** What an operator may set; every one has a default. */
const Environment = z.object({
  SALLYPORT_DATA_DIR: z.string().min(1).default(".sallyport"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  SALLYPORT_HOST: z.string().min(1).default("127.0.0.1"),
  SALLYPORT_CONSOLE_PORT: Port.default(3000),
  SALLYPORT_IDENTITY_PORT: Port.default(4000),
  SALLYPORT_WORKER_PORT: Port.default(3001),
  SALLYPORT_DATABASE_PORT: Port.default(54_329),
  SALLYPORT_CONSOLE_URL: Text,
  SALLYPORT_IDENTITY_URL: Text,
  SALLYPORT_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  SALLYPORT_IDENTITY_TLS_CERTIFICATE: Text,
  SALLYPORT_IDENTITY_TLS_KEY: Text,
  SALLYPORT_GATEWAY_TOKEN: Text,
  SALLYPORT_GATEWAY_CONSOLE_URL: Text,
  SALLYPORT_GATEWAY_CONFIGURATION: Text,
  SALLYPORT_GATEWAY_HOST: Text,
  SALLYPORT_GATEWAY_PORT: Port.default(4100),
  SALLYPORT_GATEWAY_PROXY_PORT: Port.default(4128),
  SALLYPORT_GATEWAY_INTAKE_PORT: Port.default(4143),
  SALLYPORT_EGRESS_PROXY: z.url({ protocol: /^https?$/ }).optional(),
  SALLYPORT_EGRESS_DIRECT: z.string().default(""),
});

export interface Settings {
  /** The repository: where the package lies. */
  root: string;
  dataDir: string;
  databaseUrl: string | undefined;
  host: string;
  ports: { console: number; identity: number; worker: number; database: number };
  /** The addresses people and applications reach the programs at. */
  urls: { console: string; identity: string };
  /** How many proxies of one's own each request comes through; what the last of them says of the client is believed. */
  trustedProxies: number;
  /** The gateway's proxy that these programs leave through, and what lies inside and is reached without it. */
  egress: { proxy: string; direct: string[] } | undefined;
  /** PEM files, where the identity service itself answers with TLS. */
  identityTls: { certificate: string; key: string } | undefined;
  /** The boundary gateway, where one is to run here. */
  gateway: GatewaySettings | undefined;
}

export interface GatewaySettings {
  /** By what it is told: a file, or a console, the one that runs here where no other is named. */
  told: { file: string } | { consoleUrl: string | undefined; token: string };
  host: string;
  ports: { health: number; proxy: number; intake: number };
}

/** The operator's settings; throws one sentence for each variable that makes no sense. */
export function readSettings(): Settings {
  const parsed = Environment.safeParse(process.env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Failure(`The environment is set wrong. ${problems.join(". ")}.`);
  }
  const env = parsed.data;
  const identityTls = readTlsFiles(env);
  const root = resolve(import.meta.dirname, "../..");
  const host =
    env.SALLYPORT_HOST === "0.0.0.0" || env.SALLYPORT_HOST === "127.0.0.1" ? "localhost" : env.SALLYPORT_HOST;
  return {
    root,
    dataDir: resolve(root, env.SALLYPORT_DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    host: env.SALLYPORT_HOST,
    ports: {
      console: env.SALLYPORT_CONSOLE_PORT,
      identity: env.SALLYPORT_IDENTITY_PORT,
      worker: env.SALLYPORT_WORKER_PORT,
      database: env.SALLYPORT_DATABASE_PORT,
    },
    urls: {
      console: env.SALLYPORT_CONSOLE_URL ?? `http://${host}:${env.SALLYPORT_CONSOLE_PORT}`,
      identity:
        env.SALLYPORT_IDENTITY_URL ??
        `${identityTls ? "https" : "http"}://${host}:${env.SALLYPORT_IDENTITY_PORT}`,
    },
    trustedProxies: env.SALLYPORT_TRUSTED_PROXIES,
    identityTls,
    gateway: readGateway(env),
    egress: env.SALLYPORT_EGRESS_PROXY
      ? { proxy: env.SALLYPORT_EGRESS_PROXY, direct: env.SALLYPORT_EGRESS_DIRECT.split(",").filter(Boolean) }
      : undefined,
  };
}

/** Everything else about the gateway is its own to read: it inherits what was set. */
function readGateway(env: z.infer<typeof Environment>): GatewaySettings | undefined {
  const { SALLYPORT_GATEWAY_CONFIGURATION: file, SALLYPORT_GATEWAY_TOKEN: token } = env;
  const consoleUrl = env.SALLYPORT_GATEWAY_CONSOLE_URL;
  if (file && (token || consoleUrl))
    throw new Failure(
      "Set SALLYPORT_GATEWAY_CONFIGURATION to a file, or SALLYPORT_GATEWAY_TOKEN, but not both.",
    );
  if (consoleUrl && !token)
    throw new Failure(
      "Set SALLYPORT_GATEWAY_TOKEN too: the console shows it once, when the gateway is made.",
    );
  const told = file ? { file: resolve(file) } : token ? { consoleUrl, token } : undefined;
  return (
    told && {
      told,
      host: env.SALLYPORT_GATEWAY_HOST ?? env.SALLYPORT_HOST,
      ports: {
        health: env.SALLYPORT_GATEWAY_PORT,
        proxy: env.SALLYPORT_GATEWAY_PROXY_PORT,
        intake: env.SALLYPORT_GATEWAY_INTAKE_PORT,
      },
    }
  );
}

function readTlsFiles(env: z.infer<typeof Environment>): Settings["identityTls"] {
  const { SALLYPORT_IDENTITY_TLS_CERTIFICATE: certificate, SALLYPORT_IDENTITY_TLS_KEY: key } = env;
  if (!certificate && !key) return undefined;
  if (!certificate || !key)
    throw new Failure(
      "Set both SALLYPORT_IDENTITY_TLS_CERTIFICATE and SALLYPORT_IDENTITY_TLS_KEY, or neither.",
    );
  return { certificate: resolve(certificate), key: resolve(key) };
}

/** What only one of the programs is told, and by name. */
const NOT_FOR_ALL = ["DATABASE_URL", "SALLYPORT_GATEWAY_TOKEN"];

/** What a program started here may inherit: everything but the administrator's database, a gateway's token and npm's own variables. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !NOT_FOR_ALL.includes(name) && !/^npm_/i.test(name),
  );
  return { ...Object.fromEntries(entries), NODE_ENV: process.env.NODE_ENV };
}
