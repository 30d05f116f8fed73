import type { ComplianceRegime, DeploymentMode } from "#lib/platform/prisma/enums.ts";

/** A kind of customer: how such organizations are named, where their sites stand, and how closed those are. */
export interface Sector {
  forms: readonly [string, ...string[]];
  sites: readonly [string, ...string[]];
  modes: Readonly<Record<DeploymentMode, number>>;
  regimes: readonly [ComplianceRegime, ...ComplianceRegime[]];
  tags: readonly [string, ...string[]];
}

/** Invented, and meant to sound like no place or family in particular. */
// biome-ignore format: a list of names reads best as a block
export const ROOTS = [
  "Aldermere", "Brackwell", "Corvane", "Dunmarsh", "Estervale", "Farrowdene", "Glimmerholt", "Harrowmere", "Ivenbrook",
  "Jorvane", "Kestermoor", "Lindrath", "Marrowick", "Norvane", "Ostermoor", "Pellwater", "Quillhaven", "Ravensmere",
  "Sallowdale", "Tarnwick", "Ulvermoor", "Vantermere", "Wexholt", "Yarrowmoor", "Zellmark", "Ambervale", "Birchmoor",
  "Cindermere", "Draymoor", "Elderwick", "Foxmere", "Grenholt", "Hollowmark", "Ironmere", "Juniper Reach", "Keldmark",
  "Larkmoor", "Mistrand", "Nethermoor", "Oakmarsh", "Pinemark", "Quarrow", "Rushmere Hollow", "Stormark", "Thistlemoor",
  "Umbervale", "Veldmere", "Windrath", "Yewmarsh", "Zephyrmoor",
] as const;

export const SECTORS = {
  bank: {
    forms: ["{} Bank", "{} Savings Bank", "Bank of {}", "{} Trust"],
    sites: [
      "Head office",
      "Data centre A",
      "Data centre B",
      "Trading floor",
      "Card operations",
      "Branch network",
    ],
    modes: { connected: 2, restricted: 7, air_gapped: 1 },
    regimes: ["pci_dss"],
    tags: ["finance", "tier-1", "payments"],
  },
  hospital: {
    forms: ["{} General Hospital", "{} Children's Hospital", "{} Health", "{} Clinic Group"],
    sites: ["Main hospital", "Radiology", "Laboratory", "Ward network", "Outpatient clinic"],
    modes: { connected: 4, restricted: 6, air_gapped: 1 },
    regimes: ["hipaa"],
    tags: ["health", "clinical", "night-cover"],
  },
  agency: {
    forms: ["{} Border Agency", "{} Revenue Office", "{} Defence Procurement", "{} Civil Registry"],
    sites: ["Headquarters", "Secure enclave", "Records centre", "Field office", "Analysis room"],
    modes: { connected: 1, restricted: 3, air_gapped: 6 },
    regimes: ["cjis", "fedramp", "itar"],
    tags: ["government", "classified", "fedramp-high"],
  },
  shipping: {
    forms: ["{} Lines", "{} Shipping", "{} Ferries", "{} Tankers"],
    sites: [
      "Fleet office",
      "Port terminal",
      "MV {} Dawn",
      "MV {} Star",
      "MV {} Horizon",
      "MV {} Venture",
      "MV {} Pearl",
    ],
    modes: { connected: 1, restricted: 5, air_gapped: 4 },
    regimes: ["other"],
    tags: ["maritime", "satellite", "vessel"],
  },
  utility: {
    forms: ["{} Water", "{} Grid", "{} Energy", "{} Rail Power"],
    sites: ["Control room", "Substation north", "Substation south", "Pumping station", "Dispatch centre"],
    modes: { connected: 1, restricted: 4, air_gapped: 5 },
    regimes: ["iec_62443"],
    tags: ["critical", "ot-network", "24x7"],
  },
} as const satisfies Record<string, Sector>;

export type SectorName = keyof typeof SECTORS;

/** The console's people are desks, not persons. */
export const DESKS = [
  { name: "Operations desk", email: "operations@vendor.example", role: "admin" },
  { name: "Deployment desk", email: "deployments@vendor.example", role: "operator" },
  { name: "Night shift", email: "night-shift@vendor.example", role: "operator" },
  { name: "Release desk", email: "releases@vendor.example", role: "operator" },
  { name: "Support line", email: "support@vendor.example", role: "support" },
  { name: "Security desk", email: "security@vendor.example", role: "admin" },
  { name: "Internal audit", email: "audit@vendor.example", role: "auditor" },
] as const;

export const OWNERS = [
  "Operations desk",
  "Deployment desk",
  "Field team north",
  "Field team south",
  "Marine team",
] as const;

export const VERSIONS = { "9.4.2": 6, "9.4.1": 5, "9.3.0": 4, "9.2.5": 2, "8.11.3": 2, "8.7.0": 1 } as const;

export const IDP_TYPES = {
  OktaSAML: 4,
  AzureSAML: 5,
  ADFSSAML: 4,
  PingFederateSAML: 2,
  KeycloakSAML: 3,
  ShibbolethSAML: 1,
  GenericSAML: 1,
  GenericOIDC: 3,
} as const;

/** How a connection is called by those who made it. */
export const IDP_NAMES: Record<keyof typeof IDP_TYPES, string> = {
  OktaSAML: "Okta",
  AzureSAML: "Microsoft Entra ID",
  ADFSSAML: "AD FS",
  PingFederateSAML: "PingFederate",
  KeycloakSAML: "Keycloak",
  ShibbolethSAML: "Shibboleth",
  GenericSAML: "SAML",
  GenericOIDC: "OpenID Connect",
};

export const FAILURES = [
  "The site did not answer within 10 seconds. Check that the door to the identity service is open.",
  "The environment refuses the key the console drives it with. Paste a new key.",
  "The identity service answered with another key than the one pinned when it was registered.",
  "WorkOS answers that the environment was disabled.",
] as const;
