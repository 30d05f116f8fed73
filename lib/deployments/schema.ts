import { z } from "zod";
import { CustomerId } from "#lib/customers/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { ComplianceRegime, DeploymentMode } from "#lib/platform/prisma/enums.ts";

export const DeploymentId = z.string().startsWith("dep_");

const Line = (maxLength: number) => z.string().trim().max(maxLength).default("");

/** Tags as people type them, "eu, Payments eu", or as a list: lower case, each once, in order. */
const Tags = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((tags) => (typeof tags === "string" ? tags.split(/[,\n]/) : tags))
  .transform((tags) => tags.map((tag) => tag.trim().toLowerCase().replace(/\s+/g, "-")).filter(Boolean))
  .transform((tags) => [...new Set(tags)].sort())
  .pipe(
    z.array(z.string().max(40, "Keep each tag under 40 characters.")).max(20, "Use no more than 20 tags."),
  );

const Regimes = z
  .union([z.enum(ComplianceRegime).transform((one) => [one]), z.array(z.enum(ComplianceRegime))])
  .default([])
  .transform((regimes) => Object.values(ComplianceRegime).filter((one) => regimes.includes(one)));

const DeploymentFacts = z.strictObject({
  name: z
    .string()
    .trim()
    .min(2, "Say the deployment's name.")
    .max(120, "Keep the name under 120 characters."),
  mode: z.enum(DeploymentMode, "Choose how this site reaches the Internet."),
  site: Line(120),
  ownerName: Line(120),
  tags: Tags,
  regimes: Regimes,
  regimeOther: Line(120),
  productVersion: Line(60),
  notes: z.string().trim().max(4000, "Keep the notes under 4,000 characters.").default(""),
});

const OTHER_UNNAMED = { path: ["regimeOther"], message: "Say which other regime." };

export const CreateDeploymentInput = z
  .strictObject({ customerId: z.string("Choose a customer.").pipe(CustomerId), ...DeploymentFacts.shape })
  .refine(otherIsNamed, OTHER_UNNAMED);
export type CreateDeploymentInput = z.output<typeof CreateDeploymentInput>;

export const ChangeDeploymentInput = z
  .strictObject({ deploymentId: DeploymentId, ...DeploymentFacts.shape })
  .refine(otherIsNamed, OTHER_UNNAMED);
export type ChangeDeploymentInput = z.output<typeof ChangeDeploymentInput>;

export const DeploymentRef = z.strictObject({ deploymentId: DeploymentId });
export type DeploymentRef = z.output<typeof DeploymentRef>;

type DeploymentSort =
  | "name"
  | "customer"
  | "health"
  | "mode"
  | "environments"
  | "connections"
  | "heard"
  | "version"
  | "created";
type DeploymentFilter = "customer" | "mode" | "health" | "regime" | "tag" | "version" | "allowlist" | "state";

/** What the URL of the deployments' list may say. */
export const DEPLOYMENT_LIST: ListSpec<DeploymentSort, DeploymentFilter> = {
  sorts: ["name", "customer", "health", "mode", "environments", "connections", "heard", "version", "created"],
  filters: ["customer", "mode", "health", "regime", "tag", "version", "allowlist", "state"],
};
export type DeploymentListQuery = ListQuery<DeploymentSort, DeploymentFilter>;

function otherIsNamed(input: { regimes: ComplianceRegime[]; regimeOther: string }): boolean {
  return !input.regimes.includes("other") || input.regimeOther !== "";
}
