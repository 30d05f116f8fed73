import { z } from "zod";
import { EventNames } from "../event-names.ts";
import { GatewayId } from "../schema.ts";

const SourceId = z.string().startsWith("gws_");

/** Empty: the key by which this console drives the environment. */
const ApiKey = z
  .string()
  .trim()
  .max(500)
  .refine((key) => key === "" || /^sk_\S{8,}$/.test(key), "An API key begins with sk_.")
  .default("");

export const CreateSourceInput = z.strictObject({
  gatewayId: GatewayId,
  environmentId: z.string("Choose an environment.").startsWith("env_", "Choose an environment."),
  apiKey: ApiKey,
  events: EventNames,
});
export type CreateSourceInput = z.output<typeof CreateSourceInput>;

export const ChangeSourceInput = z.strictObject({
  sourceId: SourceId,
  /** Empty keeps what is kept. */
  apiKey: ApiKey,
  events: EventNames,
  paused: z.stringbool().default(false),
});
export type ChangeSourceInput = z.output<typeof ChangeSourceInput>;

const Moment = z
  .string("Give a moment.")
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?$/, "Give a moment.")
  .transform((text) => new Date(`${text.replace(/Z$/, "")}Z`))
  .refine((moment) => !Number.isNaN(moment.getTime()), "Give a moment.");

/** A range in UTC. */
export const PullAgainInput = z
  .strictObject({ sourceId: SourceId, from: Moment, to: Moment })
  .refine(({ from, to }) => from < to, { path: ["to"], error: "It must end after it begins." });
export type PullAgainInput = z.output<typeof PullAgainInput>;

export const SourceRef = z.strictObject({ sourceId: SourceId });
export type SourceRef = z.output<typeof SourceRef>;
