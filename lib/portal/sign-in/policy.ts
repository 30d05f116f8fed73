import { isDeepStrictEqual } from "node:util";
import type { Mapping, ProfileField, SignInTrace } from "#lib/drivers/port.ts";
import type { Revision } from "#lib/drivers/revision-port.ts";
import type { Guide } from "#lib/guides/schema.ts";

type Purposes = readonly string[];
interface Before {
  purposes: Purposes;
  progress: Readonly<Partial<Record<string, string>>>;
}
interface Stand {
  protocol: string;
  waiting: Revision;
  active: Revision | null;
}

export type SignInStep = "values" | "metadata" | "mapping" | "test" | "activate" | "renew";

/** The step at which a set-up was left; null where nothing is left to do. */
export function nextStep(setup: Before, { protocol, waiting, active }: Stand): SignInStep | null {
  if (waiting.state !== "draft") return setup.purposes.includes("sso") ? null : "renew";
  if (!setup.purposes.includes("sso")) return waiting.tested ? "activate" : "test";
  // Nothing of ours is entered in a directory.
  if (!active && protocol !== "ldap" && !setup.progress["sign_in.values"]) return "values";
  if (waiting.missing) return "metadata";
  if (!active && !setup.progress["sign_in.mapping"]) return "mapping";
  return waiting.tested ? "activate" : "test";
}

/** Whether somebody has said what is read from where: then what they left empty stays empty. */
export function isMapped(setup: Before, { waiting, active }: Pick<Stand, "waiting" | "active">): boolean {
  return (
    active !== null ||
    setup.progress["sign_in.mapping"] !== undefined ||
    Object.keys(waiting.mapping.attributes).length > 0
  );
}

const NAMES = {
  idp_id: "idpId",
  email: "email",
  first_name: "firstName",
  last_name: "lastName",
  name: "name",
  groups: "groups",
} as const satisfies Record<string, ProfileField>;

/** What the provider sends once its guide was followed. */
export function suggestedMapping(guide: Guide | null): Mapping["attributes"] {
  return Object.fromEntries(
    Object.entries(guide?.mapping ?? {}).map(([field, name]) => [NAMES[field as keyof typeof NAMES], name]),
  );
}

/** What a test received, to choose from. */
export function receivedNames(test: SignInTrace | null): { known: string[]; groupsSeen: string[] } {
  const { attributes = [], fields = [] } = test?.preview ?? {};
  return {
    known: attributes.map(({ name }) => name),
    groupsSeen: fields.find(({ field }) => field === "groups")?.values ?? [],
  };
}

/** Where what failed is put right, as far as this link may; null: whoever made it has to. */
export interface Mends {
  provider: string;
  mapping: string | null;
  /** The guide of the provider. */
  steps: string | null;
  domains: string | null;
}

export function mendsOf({ purposes }: { purposes: Purposes }, { id }: { id: string }): Mends {
  const at = `/portal/sign-in/${id}`;
  const domains = purposes.includes("domain_verification") ? "/portal/domains" : null;
  return purposes.includes("sso")
    ? { provider: `${at}/metadata`, mapping: `${at}/mapping`, steps: `${at}/values`, domains }
    : { provider: `${at}/renew`, mapping: null, steps: null, domains };
}

/** Whether people may be had sign in by a revision through this link: one for renewal changes certificates, and nothing else. */
export function isWithinPurpose(
  { purposes }: { purposes: Purposes },
  revision: Revision,
  active: Revision | null,
): boolean {
  return (
    purposes.includes("sso") ||
    (active !== null &&
      revision.type === active.type &&
      isDeepStrictEqual(revision.mapping, active.mapping) &&
      isDeepStrictEqual(revision.settings, active.settings))
  );
}

/** A step of setting sign-in up, or of renewing its certificate where the link is for that only. */
export function stepOf({ purposes }: { purposes: Purposes }, step: "test" | "activate") {
  return purposes.includes("sso") ? (`sign_in.${step}` as const) : (`certificate.${step}` as const);
}

export function settingOf({ settings }: Revision, key: string): string {
  return settings.find((setting) => setting.key === key)?.values[0] ?? "";
}

/** When the first of the certificates ends. */
export function firstEnd({ certificates }: Revision): Date | null {
  const ends = certificates.flatMap(({ notAfter }) => notAfter ?? []);
  return ends.length > 0 ? new Date(Math.min(...ends.map((at) => at.getTime()))) : null;
}
