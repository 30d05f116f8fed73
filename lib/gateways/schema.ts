import { z } from "zod";
import { DeploymentId } from "#lib/deployments/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";

export const GatewayId = z.string().startsWith("gw_");

export const CreateGatewayInput = z.strictObject({ deploymentId: DeploymentId });
export type CreateGatewayInput = z.output<typeof CreateGatewayInput>;

export const GatewayRef = z.strictObject({ gatewayId: GatewayId });
export type GatewayRef = z.output<typeof GatewayRef>;

/** Removing asks for the deployment's name to be typed. */
export const RemoveGatewayInput = GatewayRef.extend({ confirm: z.string().trim() });
export type RemoveGatewayInput = z.output<typeof RemoveGatewayInput>;

/** For how long what is replaced still counts: nobody has to change two places in one moment. */
export const OVERLAPS = ["none", "hour", "day", "week"] as const;
export type Overlap = (typeof OVERLAPS)[number];
export const OVERLAP_MS: Readonly<Record<Overlap, number>> = {
  none: 0,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
};

export const RotateTokenInput = GatewayRef.extend({
  overlap: z.enum(OVERLAPS, "Choose for how long the old one still counts.").default("day"),
});
export type RotateTokenInput = z.output<typeof RotateTokenInput>;

/** An empty field is none. */
const orNone = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" || value === undefined ? null : value), schema.nullable());

export const ChangeGatewayInput = GatewayRef.extend({
  parentProxyUrl: orNone(
    z
      .url({ protocol: /^https?$/, error: "Write it like http://proxy.example.com:3128." })
      .max(2_048)
      .refine(
        (url) => !new URL(url).username && !new URL(url).password,
        "Give the user and password below, not in the address.",
      ),
  ),
  /** Empty keeps what is kept; it goes where there is no parent proxy any more. */
  parentProxyUser: orNone(
    z
      .string()
      .max(200)
      .regex(/^[^:\s]+$/, "A user's name has no colon and no space."),
  ),
  parentProxyPassword: orNone(z.string().max(500)),
  bufferGigabytes: z.coerce
    .number("Write a number.")
    .min(0.01, "Give it at least 0.01 GB.")
    .max(10_000, "Give it at most 10,000 GB."),
  bufferDays: z.coerce.number("Write a number.").int("Whole days.").min(1).max(3_650),
  crossingsKeptDays: z.coerce.number("Write a number.").int("Whole days.").min(1).max(3_650),
}).refine(({ parentProxyUser, parentProxyUrl }) => parentProxyUser === null || parentProxyUrl !== null, {
  path: ["parentProxyUrl"],
  error: "A user needs a proxy.",
});
export type ChangeGatewayInput = z.output<typeof ChangeGatewayInput>;

const KEY = /^[\w-]{43}$/;

/** The keys of other gateways, one a line, as `sallyport relay status` prints them there. */
export const TrustCarriersInput = GatewayRef.extend({
  keys: z
    .string()
    .max(5_000)
    .default("")
    .transform((text) => [...new Set(text.split(/[\s,;]+/).filter(Boolean))])
    .pipe(
      z
        .array(z.string())
        .max(20, "Keep it at twenty keys.")
        .refine(
          (keys) => keys.every((key) => KEY.test(key)),
          "A key has 43 letters, digits, “-” and “_”. Copy it from the other side's “sallyport relay status”, or from the card of its gateway here.",
        ),
    ),
});
export type TrustCarriersInput = z.output<typeof TrustCarriersInput>;

export const GAP_LIST = {
  sorts: ["until", "count"],
  defaultDirection: "desc",
  filters: [],
} as const satisfies ListSpec<string, string>;
export type GapListQuery = ListQuery<(typeof GAP_LIST.sorts)[number], never>;

export const ERRAND_LIST = {
  sorts: ["asked"],
  defaultDirection: "desc",
  filters: ["state"],
} as const satisfies ListSpec<string, string>;
export type ErrandListQuery = ListQuery<"asked", "state">;
