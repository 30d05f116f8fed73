import { packName } from "#lib/allowlist/packs/index.ts";
import type { DeploymentMode, DriverName } from "#lib/platform/prisma/enums.ts";
import { CAPABILITIES } from "./capability-ways.ts";

/** Whether Sallyport does it in this mode: now, through WorkOS or by itself; by the site's own means; or not yet. */
export type Standing = "works" | "site" | "closed" | "planned";

export interface Way {
  standing: Standing;
  /** How, in two or three words: the part behind "Sign-in:". */
  how: string;
  sentence: string;
  /** The rule packs whose doors it hangs on, by the ids of lib/allowlist/packs; empty: none. */
  packs: readonly string[];
}

export interface Capability {
  id: string;
  name: string;
  ways: Record<DeploymentMode, Way>;
  /** How it works where a connected or restricted site runs the offline identity service. */
  offline?: Way;
}

export interface CapabilityRow extends Omit<Way, "packs"> {
  id: string;
  name: string;
  /** The names of its rule packs. */
  packs: string[];
}

/** What each capability does at a site of this mode, whose environments are driven so. */
export function capabilitiesOf(mode: DeploymentMode, drivers: readonly DriverName[]): CapabilityRow[] {
  const local = isLocal(mode, drivers);
  return CAPABILITIES.map(({ id, name, ways, offline }) => {
    const { packs, ...way } = (local && offline) || ways[mode];
    return { id, name, ...way, packs: packs.map(packName) };
  });
}

/** What the mode means at a site whose environments are driven so, in one sentence. */
export function meaningOf(mode: DeploymentMode, drivers: readonly DriverName[]): string {
  if (isLocal(mode, drivers))
    return "Sign-in is local, by the offline identity service; this site does not use WorkOS.";
  return (MODES.find((one) => one.mode === mode) ?? MODES[0]).means;
}

/** A site that could reach WorkOS, and signs people in by itself all the same. */
function isLocal(mode: DeploymentMode, drivers: readonly DriverName[]): boolean {
  return mode !== "air_gapped" && drivers.length > 0 && drivers.every((driver) => driver === "offline");
}

export interface ModeFacts {
  mode: DeploymentMode;
  name: string;
  /** What it means, in one sentence. */
  means: string;
}

export const MODES: readonly [ModeFacts, ...ModeFacts[]] = [
  {
    mode: "connected",
    name: "Connected",
    means: "The site reaches WorkOS, and WorkOS reaches it: webhooks and log streams can arrive.",
  },
  {
    mode: "restricted",
    name: "Restricted",
    means: "A firewall lets a few calls out to WorkOS, and nothing that WorkOS starts comes in.",
  },
  {
    mode: "air_gapped",
    name: "Air-gapped",
    means: "Nothing passes. Sign-in is local, by the offline identity service at the site.",
  },
];
