import type { ComplianceRegime, DeploymentMode } from "#lib/platform/prisma/enums.ts";

/** How a deployment stands, worst first. */
export const HEALTH = ["failing", "degraded", "unknown", "setting_up", "healthy"] as const;
export type Health = (typeof HEALTH)[number];

export const ALLOWLIST_STATES = ["empty", "open", "expiring", "expired"] as const;
export type AllowlistState = (typeof ALLOWLIST_STATES)[number];

export const MODE_WORDS: Record<DeploymentMode, string> = {
  connected: "Connected",
  restricted: "Restricted",
  air_gapped: "Air-gapped",
};

export const REGIME_WORDS: Record<ComplianceRegime, string> = {
  pci_dss: "PCI DSS",
  hipaa: "HIPAA",
  cjis: "CJIS",
  fedramp: "FedRAMP",
  iec_62443: "IEC 62443",
  itar: "ITAR",
  other: "Other",
};

export const HEALTH_WORDS: Record<Health, string> = {
  failing: "Failing",
  degraded: "Degraded",
  unknown: "Never heard",
  setting_up: "Setting up",
  healthy: "Healthy",
};

export const ALLOWLIST_WORDS: Record<AllowlistState, string> = {
  empty: "No rules",
  open: "In force",
  expiring: "Expiring",
  expired: "Expired rules",
};
