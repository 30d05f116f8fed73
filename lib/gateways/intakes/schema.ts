import { z } from "zod";
import { GatewayId, OVERLAPS } from "../schema.ts";

const IntakeId = z.string().startsWith("gwi_");

/** As lib/shared/gateway/configuration.ts takes it: no program may read it in two ways. */
const Path = z
  .string()
  .trim()
  .min(2, "Write a path like /webhooks/workos.")
  .max(200)
  .regex(
    /^(\/(?!\.\.?(\/|$))[\w.-]+)+$/,
    "A path has parts of letters, digits, “.”, “-” and “_”, each behind a “/”.",
  );

const Secret = z.string().trim().min(16, "Paste the whole signing secret.").max(500);

/** Written as people say it; the configuration counts bytes. */
const Kilobytes = z.coerce
  .number("Write a number.")
  .int("Whole kilobytes.")
  .min(1, "At least one.")
  .max(10_000, "At most 10,000.")
  .default(1_000);

const Tolerance = z.coerce
  .number("Write a number.")
  .int("Whole seconds.")
  .min(1, "At least a second.")
  .max(3_600, "At most an hour.")
  .default(180);

const Target = z
  .url({ protocol: /^https?$/, error: "Write an address like https://app.example.com/callback." })
  .max(2_048);

/** What a form sends of both kinds: what the other kind asks is empty then. */
export const CreateIntakeInput = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("webhook"),
      gatewayId: GatewayId,
      path: Path,
      environmentId: z.string("Choose an environment.").startsWith("env_", "Choose an environment."),
      secret: Secret,
      toleranceSeconds: Tolerance,
      maxKilobytes: Kilobytes,
    }),
    z.strictObject({
      kind: z.literal("callback"),
      gatewayId: GatewayId,
      path: Path,
      target: Target,
      maxKilobytes: Kilobytes,
    }),
  ],
  "Choose what comes in.",
);
export type CreateIntakeInput = z.output<typeof CreateIntakeInput>;

/** A path stays what it is: who sends there was told of it. */
export const ChangeIntakeInput = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("webhook"),
    intakeId: IntakeId,
    toleranceSeconds: Tolerance,
    maxKilobytes: Kilobytes,
  }),
  z.strictObject({
    kind: z.literal("callback"),
    intakeId: IntakeId,
    target: Target,
    maxKilobytes: Kilobytes,
  }),
]);
export type ChangeIntakeInput = z.output<typeof ChangeIntakeInput>;

export const RotateIntakeInput = z.strictObject({
  intakeId: IntakeId,
  secret: Secret,
  overlap: z.enum(OVERLAPS, "Choose for how long the old one still counts.").default("day"),
});
export type RotateIntakeInput = z.output<typeof RotateIntakeInput>;

export const IntakeRef = z.strictObject({ intakeId: IntakeId });
export type IntakeRef = z.output<typeof IntakeRef>;
