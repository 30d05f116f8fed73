import type { FastifyInstance } from "fastify";
import { OPERATIONS } from "./operations.ts";

/** What this service makes of one operation of WorkOS's API. `path` has `*` for a parameter. */
export interface Capability {
  method: string;
  path: string;
  state: "works" | "works_differently" | "not_offline";
  /** What is different, or why it is not offered. */
  note: string | null;
}

const DIFFERENCES: Readonly<Record<string, string>> = {
  "POST /widgets/token":
    "The token is signed as in the cloud; what the widgets themselves call is not served here.",
  "POST /client/token": "The token is signed as in the cloud; what browsers call with it is not served here.",
  "GET /events":
    "Without an order the oldest come first. Kept 90 days. What a boundary gateway relays from elsewhere stands among them, and sallyport.gap for what it lost.",
  "POST /auth/factors/enroll": "TOTP only: text messages need the Internet.",
  "POST /portal/generate_link":
    "The link leads to the set-up portal of the console (SALLYPORT_PORTAL_URL). For log_streams and bring_your_own_key, and without a console, to a page of this service that says what it is for.",
  "POST /organization_domains/*/verify":
    "The name servers of the site are asked, at once and then every five minutes, for thirty days.",
  "POST /audit_logs/exports":
    "Ready at once: the file is written while it is downloaded. No limit of three months.",
  "GET /audit_logs/exports/*": "The link leads to this service, and is good for ten minutes.",
  "GET /organizations/*/audit_log_configuration": "There are no log streams.",
  "POST /authorization/resources":
    "Types of resources need not be declared: any may lie beneath any other, ten levels deep at most.",
  "GET /authorization/organization_memberships/*/resources":
    "The resources right beneath the parent for which a check says yes, however the member came by the permission.",
  "GET /vault/v1/kv/*/versions": "Only the latest value is kept; of those before, their size and time.",
};

const REASONS: readonly [RegExp, string][] = [
  [
    /^\/data-integrations|\/data_integration_configurations|\/connected_accounts|\/data_providers/,
    "Pipes connect to services on the Internet, which is not there.",
  ],
  [/^\/radar|\/radar_challenges/, "Radar judges a sign-in by what is seen of it across the Internet."],
  [
    /^\/authkit\/oauth2\/complete/,
    "Sign-in pages of the application's own are not taken up by Connect here.",
  ],
  [/^\/agents/, "Agents register with WorkOS's cloud."],
  [
    /^\/fga/,
    "The first form of fine-grained authorization left WorkOS's API; /authorization takes its place.",
  ],
  [/\/waitlist/, "There is no waiting list: people are invited, or sign up where an environment lets them."],
  [/\/it_contacts/, "Customers' IT people are written to from the console."],
];

/** Why an operation is not offered. */
export function reasonFor(path: string): string {
  const [, reason] = REASONS.find(([pattern]) => pattern.test(path)) ?? [];
  return reason ?? "This version of the offline identity service does not have it.";
}

/** Keeps a list of what is registered from now on. */
export function watchRoutes(app: FastifyInstance, routes: Set<string>): void {
  app.addHook("onRoute", ({ method, url }) => {
    for (const each of [method].flat()) routes.add(`${each} ${url.replace(/:[^/]+/g, "*")}`);
  });
}

/** Every operation of WorkOS's API and what becomes of it here, read off the routes that there are. */
export function capabilitiesOf(routes: ReadonlySet<string>): Capability[] {
  return OPERATIONS.flatMap((line) => {
    const [path = "", ...methods] = line.split(" ");
    return methods.map((method) => capabilityOf(routes, method, path));
  });
}

function capabilityOf(routes: ReadonlySet<string>, method: string, path: string): Capability {
  const operation = `${method} ${path}`;
  if (!routes.has(operation)) return { method, path, state: "not_offline", note: reasonFor(path) };
  const note = DIFFERENCES[operation] ?? null;
  return { method, path, state: note ? "works_differently" : "works", note };
}
