import type { DeploymentMode, DriverName } from "#lib/platform/prisma/enums.ts";

/** What the picture of a boundary is drawn from. */
export interface BoundaryFacts {
  mode: DeploymentMode;
  drivers: readonly DriverName[];
  productVersion: string;
  /** The identity services of offline environments. */
  services: readonly string[];
  connections: readonly { name: string; state: string }[];
  /** The rules in force. */
  rules: readonly BoundaryRule[];
}

export interface BoundaryRule {
  direction: "egress" | "ingress";
  carriedBy: string;
  peer: string;
  hosts: readonly string[];
}

export type PlaceId = "workos" | "console" | "application" | "service" | "browsers" | "provider";

export interface Place {
  id: PlaceId;
  side: "outside" | "inside";
  title: string;
  detail: string;
  /** False: it belongs here and is not there yet. */
  present: boolean;
}

export interface Flow {
  from: PlaceId;
  to: PlaceId;
  label: string;
  /** `inside` never meets the boundary; `named` and `unnamed` say whether a rule in force allows it. */
  state: "inside" | "named" | "unnamed";
  sentence: string;
}

export interface Boundary {
  places: Place[];
  flows: Flow[];
  door: { egress: number; ingress: number };
}

/** Who stands on which side of a deployment's boundary, and what passes between them. */
export function drawBoundary(facts: BoundaryFacts): Boundary {
  const sealed = facts.mode === "air_gapped";
  const usesWorkos = !sealed && (facts.drivers.length === 0 || facts.drivers.includes("workos"));
  const usesService = sealed || facts.drivers.includes("offline");
  return {
    places: [
      ...(usesWorkos || sealed ? [workosPlace(facts)] : []),
      ...(usesService ? [consolePlace(sealed)] : []),
      {
        id: "application",
        side: "inside",
        title: "Your application",
        detail: facts.productVersion || "Version not said",
        present: true,
      },
      ...(usesService ? [servicePlace(facts)] : []),
      {
        id: "browsers",
        side: "inside",
        title: "People's browsers",
        detail: "Carry each sign-in",
        present: true,
      },
      providerPlace(facts),
    ],
    flows: [
      ...(usesWorkos ? workosFlows(facts) : []),
      ...(usesService ? serviceFlows(facts) : []),
      toProvider(),
    ],
    door: { egress: count(facts, "egress"), ingress: count(facts, "ingress") },
  };
}

function workosPlace({ mode, drivers }: BoundaryFacts): Place {
  const present = drivers.includes("workos");
  const detail = mode === "air_gapped" ? "Out of reach" : present ? "api.workos.com" : "No environment yet";
  return { id: "workos", side: "outside", title: "WorkOS", detail, present };
}

/** Behind an air gap only a console that stands inside can drive the service. */
function consolePlace(sealed: boolean): Place {
  return {
    id: "console",
    side: sealed ? "inside" : "outside",
    title: "This console",
    detail: "Drives the service",
    present: true,
  };
}

function servicePlace({ services }: BoundaryFacts): Place {
  const detail =
    services.length === 0
      ? "No environment yet"
      : services.length === 1
        ? (services[0] ?? "")
        : `${services.length} services`;
  return {
    id: "service",
    side: "inside",
    title: "Offline identity service",
    detail,
    present: services.length > 0,
  };
}

function providerPlace({ connections }: BoundaryFacts): Place {
  const active = connections.filter(({ state }) => state === "active");
  const [first] = active.length > 0 ? active : connections;
  const more = connections.length > 1 ? ` and ${connections.length - 1} more` : "";
  const detail = first
    ? `${first.name}${more}${active.length === 0 ? ", not active" : ""}`
    : "None connected yet";
  return { id: "provider", side: "inside", title: "Identity provider", detail, present: active.length > 0 };
}

function workosFlows(facts: BoundaryFacts): Flow[] {
  const out = (carrier: string) =>
    facts.rules.some(
      (rule) => rule.direction === "egress" && rule.carriedBy === carrier && leadsToWorkos(rule),
    );
  const senders = facts.rules.some((rule) => rule.direction === "ingress" && rule.peer === "workos-senders");
  const flows = [
    crossing(
      "application",
      "workos",
      "calls, 443",
      "The application calls WorkOS over HTTPS",
      out("application"),
    ),
    crossing(
      "browsers",
      "workos",
      "sign-in, 443",
      "People's browsers open WorkOS's sign-in pages",
      out("user_browser"),
    ),
  ];
  if (facts.mode !== "connected") return flows;
  return [
    ...flows,
    crossing("workos", "application", "webhooks, 443", "WorkOS sends webhooks to the application", senders),
  ];
}

function serviceFlows({ mode, rules }: BoundaryFacts): Flow[] {
  const within = (from: PlaceId, to: PlaceId, label: string, sentence: string): Flow => ({
    from,
    to,
    label,
    state: "inside",
    sentence: `${sentence}, inside.`,
  });
  const local = [
    within(
      "application",
      "service",
      "WorkOS wire",
      "The application calls the offline identity service as it would call WorkOS",
    ),
    within(
      "service",
      "provider",
      "SAML, OIDC",
      "The service signs people in through the customer's identity provider",
    ),
  ];
  const drives = "This console drives the service over HTTPS";
  if (mode === "air_gapped") return [...local, within("console", "service", "HTTPS", drives)];
  const named = rules.some(
    (rule) =>
      rule.direction === "ingress" && rule.carriedBy === "application" && rule.peer !== "workos-senders",
  );
  return [...local, crossing("console", "service", "console, 443", drives, named)];
}

function toProvider(): Flow {
  return {
    from: "browsers",
    to: "provider",
    label: "sign-in",
    state: "inside",
    sentence: "People's browsers reach the customer's identity provider, inside.",
  };
}

function crossing(from: PlaceId, to: PlaceId, label: string, sentence: string, named: boolean): Flow {
  const door = named ? "a rule of the allowlist allows it" : "no rule of the allowlist names it";
  return { from, to, label, state: named ? "named" : "unnamed", sentence: `${sentence}: ${door}.` };
}

function leadsToWorkos({ peer, hosts }: BoundaryRule): boolean {
  return peer === "cloudflare" || [peer, ...hosts].some((name) => /(^|\.)workos\.com$/.test(name));
}

function count({ rules }: BoundaryFacts, direction: BoundaryRule["direction"]): number {
  return rules.filter((rule) => rule.direction === direction).length;
}
