import { z } from "zod";
import { understood } from "#lib/shared/authority.ts";
import { EventPatterns, OfEnvironments } from "../event-names.ts";
import { GatewayId, OVERLAPS } from "../schema.ts";

const EndpointId = z.string().startsWith("ep_");

export const SIGNATURES = ["workos", "standard"] as const;
export type Signature = (typeof SIGNATURES)[number];

/** The site's own authorities, in PEM; empty means those that the gateway trusts anyway. */
const Authorities = z
  .string()
  .trim()
  .max(200_000, "Keep it under 200,000 characters.")
  .default("")
  .transform((text, context) => {
    if (text === "") return null;
    try {
      if (!understood({ text }).every(({ isAuthority }) => isAuthority))
        context.addIssue({
          code: "custom",
          message:
            "One of these is no authority's certificate. Paste the certificate of whoever signed the application's.",
        });
    } catch {
      context.addIssue({
        code: "custom",
        message:
          "Paste certificates in PEM, each from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.",
      });
    }
    return text;
  });

const Facts = {
  name: z.string().trim().min(2, "Name the application.").max(80, "Keep the name under 80 characters."),
  url: z
    .url({ protocol: /^https?$/, error: "Write an address like https://app.example.com/events." })
    .max(2_048)
    .refine(
      (url) => !new URL(url).username && !new URL(url).password && !new URL(url).hash,
      "Give the address without a user, a password or a fragment.",
    ),
  events: EventPatterns,
  environmentIds: OfEnvironments,
  timeoutSeconds: z.coerce
    .number("Write a number.")
    .int("Whole seconds.")
    .min(1, "At least a second.")
    .max(60, "At most a minute.")
    .default(15),
  inFlight: z.coerce
    .number("Write a number.")
    .int("A whole number.")
    .min(1, "At least one.")
    .max(256, "At most 256.")
    .default(16),
  authorities: Authorities,
};

export const CreateEndpointInput = z.strictObject({
  gatewayId: GatewayId,
  ...Facts,
  signature: z.enum(SIGNATURES, "Choose how deliveries are signed.").default("workos"),
});
export type CreateEndpointInput = z.output<typeof CreateEndpointInput>;

export const ChangeEndpointInput = z.strictObject({ endpointId: EndpointId, ...Facts });
export type ChangeEndpointInput = z.output<typeof ChangeEndpointInput>;

export const RotateSecretInput = z.strictObject({
  endpointId: EndpointId,
  overlap: z.enum(OVERLAPS, "Choose for how long both sign.").default("day"),
});
export type RotateSecretInput = z.output<typeof RotateSecretInput>;

export const EndpointRef = z.strictObject({ endpointId: EndpointId });
export type EndpointRef = z.output<typeof EndpointRef>;

/** Some events, as they stand in a list. None: every dead one. */
export const ReplayInput = z.strictObject({
  endpointId: EndpointId,
  eventIds: z.array(z.string().min(1).max(128)).max(1_000).default([]),
});
export type ReplayInput = z.output<typeof ReplayInput>;
