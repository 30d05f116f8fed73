import { z } from "zod";
import { EventPatterns, OfEnvironments } from "../event-names.ts";
import { GatewayId } from "../schema.ts";

const FolderId = z.string().startsWith("gwf_");

const Facts = {
  name: z.string().trim().min(2, "Say who reads it.").max(80, "Keep the name under 80 characters."),
  path: z
    .string()
    .trim()
    .regex(/^(\/|[A-Za-z]:[\\/])/, "Write the whole path at the site, such as /srv/events or D:\\events.")
    .max(1_024, "Keep the path under 1,024 characters."),
  events: EventPatterns,
  environmentIds: OfEnvironments,
  files: z.coerce
    .number("Write a number.")
    .int("Whole files.")
    .min(1, "At least one.")
    .max(100_000, "At most 100,000.")
    .default(10_000),
};

export const CreateFolderInput = z.strictObject({ gatewayId: GatewayId, ...Facts });
export type CreateFolderInput = z.output<typeof CreateFolderInput>;

export const ChangeFolderInput = z.strictObject({
  folderId: FolderId,
  ...Facts,
  paused: z.stringbool().default(false),
});
export type ChangeFolderInput = z.output<typeof ChangeFolderInput>;

export const FolderRef = z.strictObject({ folderId: FolderId });
export type FolderRef = z.output<typeof FolderRef>;
