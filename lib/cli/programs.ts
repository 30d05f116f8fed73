import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { leavingEnvironment } from "#lib/shared/gateway/leave.ts";
import type { RolePasswords } from "#prisma/roles.ts";
import { type GatewaySettings, inheritedEnvironment, type Settings } from "./env.ts";
import type { Secrets } from "./secrets.ts";
import type { Program } from "./supervisor.ts";

/** `gateway`: the boundary gateway alone, as at a site whose console is elsewhere. */
export type Mode = "start" | "dev" | "demo" | "gateway";

type DatabaseUrls = Record<keyof RolePasswords, string>;

const NEXT = "node_modules/next/dist/bin/next";

/**
 * The identity service as it is started where it serves. Left to itself, Node would let the memory for what is new grow to 48 MB and
 * more, and clear the rest away only when it has grown to a multiple: most of what a request leaves behind is garbage before a tenth
 * of that is full. Under load this is the difference between about 150 and 210 MB.
 */
export const IDENTITY_SERVICE = [
  "--max-semi-space-size=8",
  "--heap-growing-percent=40",
  "dist/identity-service/main.mjs",
];

/**
 * What is set for it beside that. The C library would let each thread that collects or compiles keep free memory of its own, up to
 * 8 for each core: 20 MB of which nobody makes use.
 */
export const IDENTITY_SERVICE_ENV = { MALLOC_ARENA_MAX: "1" } as const;

/** The gateway as it is started where it serves: thousands of tunnels in which nothing moves are to cost what they need. */
export const GATEWAY = ["--max-semi-space-size=8", "--heap-growing-percent=40", "dist/gateway/main.mjs"];

/**
 * What the C library is told for it: with one arena rather than one for each thread it keeps less of what was given back. Others than
 * glibc do not read it.
 */
export const GATEWAY_MEMORY = { MALLOC_ARENA_MAX: "1" };

/** The programs of this side, each told only what it needs: the identity service never sees the console's keys. */
export function listPrograms(
  settings: Settings,
  secrets: Secrets,
  urls: DatabaseUrls,
  mode: Mode,
): Program[] {
  const common = {
    cwd: settings.root,
    NODE_ENV: mode === "dev" ? "development" : "production",
  };
  const { ports, host } = settings;
  const watch = mode === "dev" ? ["--watch", "--watch-preserve-output"] : [];
  const program = (
    name: string,
    args: string[],
    port: number,
    path: string,
    env: Record<string, string>,
    scheme: "http" | "https" = "http",
  ): Program => ({
    name,
    args,
    cwd: common.cwd,
    env: { ...env, NODE_ENV: common.NODE_ENV, SALLYPORT_HOST: host },
    healthUrl: `${scheme}://${loopbackOf(env.SALLYPORT_GATEWAY_HOST ?? host)}:${port}${path}`,
    output: mode === "dev" ? "terminal" : join(settings.dataDir, "logs", `${name.replaceAll(" ", "-")}.log`),
  });
  const gateway = settings.gateway
    ? [
        program(
          "boundary gateway",
          mode === "dev" ? [...watch, "lib/gateway/main.ts"] : GATEWAY,
          settings.gateway.ports.health,
          "/health",
          {
            ...gatewayEnv(settings, settings.gateway, secrets, urls),
            ...(mode === "dev" ? {} : GATEWAY_MEMORY),
          },
        ),
      ]
    : [];
  if (mode === "gateway") return gateway;
  const next = [NEXT, mode === "dev" ? "dev" : "start", "-H", host, "-p", String(ports.console)];
  const react = "--conditions=react-server";
  return [
    program("console", next, ports.console, "/api/health", {
      ...consoleEnv(settings, secrets, urls, mode),
      // By the environment rather than as an argument: in development Next.js serves from a process of its own.
      NODE_OPTIONS: withOperators(`--import=${clientAddress(settings.trustedProxies)}`),
    }),
    program(
      "identity service",
      mode === "dev" ? [...watch, "lib/identity-service/main.ts"] : IDENTITY_SERVICE,
      ports.identity,
      "/health",
      {
        ...leaving(settings),
        ...IDENTITY_SERVICE_ENV,
        // What is compiled once need not be compiled again.
        NODE_COMPILE_CACHE: join(settings.dataDir, "code-cache"),
        SALLYPORT_IDENTITY_DATABASE_URL: urls.identity,
        SALLYPORT_IDENTITY_SEALING_KEY: secrets.identitySealingKey,
        SALLYPORT_IDENTITY_HOST: host,
        SALLYPORT_IDENTITY_PORT: String(ports.identity),
        SALLYPORT_IDENTITY_URL: settings.urls.identity,
        SALLYPORT_IDENTITY_MANAGEMENT_TOKEN: secrets.managementToken,
        SALLYPORT_CONSOLE_URL: settings.urls.console,
        SALLYPORT_PORTAL_URL: settings.urls.console,
        SALLYPORT_TRUSTED_PROXIES: String(settings.trustedProxies),
        ...tlsEnv(settings.identityTls),
      },
      settings.identityTls ? "https" : "http",
    ),
    program("worker", [...watch, react, "lib/worker/main.ts"], ports.worker, "/health", {
      ...leaving(settings),
      SALLYPORT_WORKER_DATABASE_URL: urls.worker,
      SALLYPORT_SEALING_KEY: secrets.sealingKey,
      SALLYPORT_WORKER_PORT: String(ports.worker),
      SALLYPORT_CONSOLE_URL: settings.urls.console,
      SALLYPORT_IDENTITY_URL: settings.urls.identity,
      SALLYPORT_IDENTITY_MANAGEMENT_TOKEN: secrets.managementToken,
      ...demoFlag(mode),
    }),
    ...gateway,
  ];
}

/** What a gateway is told by whoever starts it; what else was set for it, it inherits. */
function gatewayEnv(
  settings: Settings,
  { told, host, ports }: GatewaySettings,
  secrets: Secrets,
  urls: DatabaseUrls,
): Record<string, string> {
  return {
    SALLYPORT_GATEWAY_DATABASE_URL: urls.gateway,
    SALLYPORT_GATEWAY_SEALING_KEY: secrets.gatewaySealingKey,
    SALLYPORT_GATEWAY_DATA_DIR: join(settings.dataDir, "gateway"),
    SALLYPORT_GATEWAY_HOST: host,
    SALLYPORT_GATEWAY_PORT: String(ports.health),
    SALLYPORT_GATEWAY_PROXY_PORT: String(ports.proxy),
    SALLYPORT_GATEWAY_INTAKE_PORT: String(ports.intake),
    ...("file" in told
      ? { SALLYPORT_GATEWAY_CONFIGURATION: told.file }
      : {
          SALLYPORT_GATEWAY_CONSOLE_URL: told.consoleUrl ?? settings.urls.console,
          SALLYPORT_GATEWAY_TOKEN: told.token,
        }),
  };
}

/** Outwards, these programs go through the gateway, where there is one; to each other they go directly. */
function leaving({ egress, urls }: Settings): Record<string, string> {
  if (!egress) return {};
  const own = [urls.console, urls.identity].map((url) => new URL(url).hostname);
  return leavingEnvironment(egress.proxy, [...own, ...egress.direct]);
}

/** What the console is told; commands that act in its name are told the same. */
export function consoleEnv(
  settings: Settings,
  secrets: Secrets,
  urls: DatabaseUrls,
  mode: Mode,
): Record<string, string> {
  return {
    ...leaving(settings),
    SALLYPORT_CONSOLE_DATABASE_URL: urls.console,
    SALLYPORT_SEALING_KEY: secrets.sealingKey,
    SALLYPORT_CONSOLE_URL: settings.urls.console,
    SALLYPORT_IDENTITY_URL: settings.urls.identity,
    SALLYPORT_IDENTITY_MANAGEMENT_TOKEN: secrets.managementToken,
    NEXTAUTH_SECRET: secrets.session,
    NEXTAUTH_URL: settings.urls.console,
    NEXT_TELEMETRY_DISABLED: "1",
    ...demoFlag(mode),
  };
}

function tlsEnv(tls: Settings["identityTls"]): Record<string, string> {
  return tls
    ? { SALLYPORT_IDENTITY_TLS_CERTIFICATE: tls.certificate, SALLYPORT_IDENTITY_TLS_KEY: tls.key }
    : {};
}

/** What an operator has Node do, such as trusting the system's authorities, holds for every program. */
function withOperators(option: string): string {
  return [inheritedEnvironment().NODE_OPTIONS, option].filter(Boolean).join(" ");
}

function clientAddress(trustedProxies: number): string {
  return `${pathToFileURL(join(import.meta.dirname, "client-address.ts"))}?proxies=${trustedProxies}`;
}

function demoFlag(mode: Mode): Record<string, string> {
  return mode === "demo" ? { SALLYPORT_DEMO: "1" } : {};
}

function loopbackOf(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
