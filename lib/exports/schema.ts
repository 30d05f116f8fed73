import { z } from "zod";
import { DeploymentId } from "#lib/deployments/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { RuleDirection, type RuleProtocol } from "#lib/platform/prisma/enums.ts";
import type { Service } from "./shape.ts";

/** What can be handed over beside the formats of lib/allowlist/formats. */
export const PRINTED = "print";
export const SERVED = "served_list";

export const EXPORT_LIST = {
  sorts: ["taken", "format", "by", "rules"],
  defaultDirection: "desc",
  filters: ["format", "state"],
} as const satisfies ListSpec<string, string>;
export type ExportListQuery = ListQuery<
  (typeof EXPORT_LIST.sorts)[number],
  (typeof EXPORT_LIST.filters)[number]
>;

export const SERVED_LIST = {
  sorts: ["made", "name", "fetched"],
  defaultDirection: "desc",
  filters: ["state"],
} as const satisfies ListSpec<string, string>;
export type ServedListQuery = ListQuery<
  (typeof SERVED_LIST.sorts)[number],
  (typeof SERVED_LIST.filters)[number]
>;

/** What a served list holds: addresses, one network a line, or every rule as JSON with a token that changes with any door. */
export const SERVED_CONTENTS = ["addresses", "rules"] as const;
export type ServedContent = (typeof SERVED_CONTENTS)[number];

const ServiceChoice = z
  .string()
  .regex(/^(any|icmp|(tcp|udp):\d{1,5}-\d{1,5})$/, "Choose a service.")
  .default("any")
  .transform((key): Service | null => {
    if (key === "any") return null;
    const [protocol = "", ports] = key.split(":");
    const [portFrom, portTo] = ports ? ports.split("-").map(Number) : [];
    return {
      protocol: protocol as RuleProtocol,
      portFrom: portFrom ?? null,
      portTo: portTo ?? null,
    };
  });

export const ServeListInput = z.strictObject({
  deploymentId: DeploymentId,
  name: z
    .string()
    .trim()
    .min(2, "Name the firewall that will fetch it.")
    .max(80, "Keep the name under 80 characters."),
  holds: z.enum(SERVED_CONTENTS, "Choose what it holds.").default("addresses"),
  direction: z.enum(RuleDirection, "Choose a direction.").default("egress"),
  service: ServiceChoice,
});
export type ServeListInput = z.output<typeof ServeListInput>;

export const ServedListRef = z.strictObject({ servedListId: z.string().startsWith("list_") });
export type ServedListRef = z.output<typeof ServedListRef>;

export const OneDeployment = z.strictObject({ deploymentId: DeploymentId });
export type OneDeployment = z.output<typeof OneDeployment>;
