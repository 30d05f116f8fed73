import type { DeploymentMode, DriverName } from "#lib/platform/prisma/enums.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import type { Health } from "./words.ts";

interface StandingEnvironment {
  name: string;
  driver: DriverName;
}

/** Why a deployment cannot take this mode, or null. */
export function modeObstacle(
  mode: DeploymentMode,
  environments: readonly StandingEnvironment[],
): string | null {
  if (mode !== "air_gapped") return null;
  const cloud = environments.filter((environment) => environment.driver === "workos").map(({ name }) => name);
  if (cloud.length === 0) return null;
  const those =
    cloud.length === 1 ? `The environment ${cloud[0]} is` : `The environments ${cloud.join(", ")} are`;
  return `${those} at WorkOS, which an air-gapped site cannot reach. Remove ${cloud.length === 1 ? "it" : "them"} first.`;
}

/** Why a deployment cannot be archived yet, or null. What nobody looks at any more must hold no key that works. */
export function archiveObstacle(environments: readonly StandingEnvironment[]): string | null {
  if (environments.length === 0) return null;
  const what = environments.length === 1 ? "its environment" : `its ${environments.length} environments`;
  return `Remove ${what} first: an archived deployment must have no key that still works.`;
}

/** What the set-up of a deployment still needs, in the order one does it. */
export interface SetUpFacts {
  mode: DeploymentMode;
  environments: number;
  /** Those of its environments; empty while it has none. */
  drivers: readonly DriverName[];
  redirectUris: number;
  applicationKeys: number;
  connections: number;
  activeConnections: number;
  rules: number;
  lastSignInAt: Date | null;
}

export type SetUpStepId =
  | "environment"
  | "doors"
  | "redirect_uri"
  | "key"
  | "connection"
  | "activate"
  | "sign_in";

export interface SetUpStep {
  id: SetUpStepId;
  title: string;
  /** What it is for, or what it waits for. */
  detail: string;
  done: boolean;
}

/** The checklist of a deployment. What this one does not need is not on it. */
export function setUpSteps(facts: SetUpFacts): SetUpStep[] {
  const { mode, drivers } = facts;
  const needed: Record<SetUpStepId, boolean> = {
    environment: true,
    // A site that signs people in by itself needs no door to WorkOS.
    doors: mode !== "air_gapped" && (drivers.length === 0 || drivers.includes("workos")),
    redirect_uri: true,
    // The keys of an environment at WorkOS come from its dashboard.
    key: drivers.length === 0 ? mode === "air_gapped" : drivers.includes("offline"),
    connection: true,
    activate: true,
    sign_in: true,
  };
  return everyStep(facts).filter(({ id }) => needed[id]);
}

function everyStep(facts: SetUpFacts): SetUpStep[] {
  return [
    {
      id: "environment",
      title: "Give it an environment",
      detail: "Its own client id and keys, shared with no other site.",
      done: facts.environments > 0,
    },
    {
      id: "doors",
      title: "Say which doors to open",
      detail: "Deny everything, then allow what this mode needs: the WorkOS rule pack.",
      done: facts.rules > 0,
    },
    {
      id: "redirect_uri",
      title: "Add a redirect URI",
      detail: "The address of your application to which a sign-in may return.",
      done: facts.redirectUris > 0,
    },
    {
      id: "key",
      title: "Create a key for the application",
      detail: "Your application sends it with every call.",
      done: facts.applicationKeys > 0,
    },
    {
      id: "connection",
      title: "Connect the customer's identity provider",
      detail: "SAML by its metadata, or OIDC by its issuer.",
      done: facts.connections > 0,
    },
    {
      id: "activate",
      title: "Activate the connection",
      detail: "Test a sign-in first: its trace shows each check.",
      done: facts.activeConnections > 0,
    },
    {
      id: "sign_in",
      title: "See the first sign-in",
      detail: "A person signs in to your application at this site.",
      done: facts.lastSignInAt !== null,
    },
  ];
}

/** What of a deployment its health is read from. */
export interface HealthFacts {
  health: Health;
  failingReason: string | null;
  environments: number;
  activeConnections: number;
  failures24h: number;
  failingDirectories: number;
  certificateExpiresAt: Date | null;
  expiredRules: number;
}

/** The first cause of a deployment's health, in a few words; null where the word says it all. */
export function healthReason(facts: HealthFacts, now: Date): string | null {
  const { certificateExpiresAt: end } = facts;
  switch (facts.health) {
    case "failing":
      return facts.failingReason || (end && end <= now ? "A signing certificate has expired" : null);
    case "degraded":
      if (facts.failures24h > 0) return `${count(facts.failures24h, "failed sign-in")} in 24 h`;
      if (end && end.getTime() - now.getTime() < 31 * DAY_MS)
        return `Certificate ends in ${daysUntil(end, now)}`;
      if (facts.failingDirectories > 0)
        return facts.failingDirectories === 1
          ? "A directory does not sync"
          : `${facts.failingDirectories} directories do not sync`;
      if (facts.expiredRules > 0) return `${count(facts.expiredRules, "rule")} expired`;
      return "Not heard of for more than a day";
    case "setting_up":
      if (facts.environments === 0) return "No environment yet";
      return facts.activeConnections === 0 ? "No active connection yet" : null;
    default:
      return null;
  }
}

function daysUntil(end: Date, now: Date): string {
  return count(Math.max(1, Math.round((end.getTime() - now.getTime()) / DAY_MS)), "day");
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
