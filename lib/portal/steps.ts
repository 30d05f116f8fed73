import type { Purpose } from "#lib/access/permissions.ts";

/**
 * The parts of a set-up, in the order in which they are gone through, and the steps of each. A step's words stand in
 * texts/<language>/shell.json under `steps`; `markStep` remembers that it is done.
 */
export const PARTS = [
  {
    id: "sign_in",
    path: "/portal/sign-in",
    purposes: ["sso"],
    steps: [
      "sign_in.provider",
      "sign_in.values",
      "sign_in.metadata",
      "sign_in.mapping",
      "sign_in.test",
      "sign_in.activate",
    ],
  },
  {
    // Whoever sets sign-in up renews its certificate there too: this part is for those who may do that only.
    id: "certificate",
    path: "/portal/sign-in",
    purposes: ["certificate_renewal"],
    steps: ["certificate.given", "certificate.test", "certificate.activate"],
  },
  {
    id: "directory",
    path: "/portal/directory",
    purposes: ["dsync"],
    steps: ["directory.provider", "directory.connect", "directory.first_sync", "directory.roles"],
  },
  {
    id: "domains",
    path: "/portal/domains",
    purposes: ["domain_verification"],
    steps: ["domains.verified"],
  },
  {
    id: "audit",
    path: "/portal/audit",
    purposes: ["audit_logs"],
    steps: ["audit.exported"],
  },
] as const satisfies readonly {
  id: string;
  path: string;
  purposes: readonly Purpose[];
  steps: readonly string[];
}[];

export type Part = (typeof PARTS)[number];
export type Step = Part["steps"][number];

/** The parts that a link with these purposes goes through. */
export function partsFor(purposes: readonly Purpose[]): Part[] {
  return PARTS.filter(
    (part) =>
      (part.purposes as readonly Purpose[]).some((purpose) => purposes.includes(purpose)) &&
      !(part.id === "certificate" && purposes.includes("sso")),
  );
}
