import { z } from "zod";
import { EventPatterns, OfEnvironments } from "../event-names.ts";
import { GatewayId, OVERLAPS } from "../schema.ts";

const StreamId = z.string().startsWith("gwt_");

const Facts = {
  name: z.string().trim().min(2, "Name the application.").max(80, "Keep the name under 80 characters."),
  events: EventPatterns,
  environmentIds: OfEnvironments,
};

export const CreateStreamInput = z.strictObject({ gatewayId: GatewayId, ...Facts });
export type CreateStreamInput = z.output<typeof CreateStreamInput>;

export const ChangeStreamInput = z.strictObject({ streamId: StreamId, ...Facts });
export type ChangeStreamInput = z.output<typeof ChangeStreamInput>;

export const RotateStreamInput = z.strictObject({
  streamId: StreamId,
  overlap: z.enum(OVERLAPS, "Choose for how long the old one still counts.").default("day"),
});
export type RotateStreamInput = z.output<typeof RotateStreamInput>;

export const StreamRef = z.strictObject({ streamId: StreamId });
export type StreamRef = z.output<typeof StreamRef>;
