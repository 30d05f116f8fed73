import { z } from "zod";

export const OperationRefInput = z.strictObject({ operationId: z.string().startsWith("op_") });
export type OperationRefInput = z.infer<typeof OperationRefInput>;

/** What each kind is called on a screen. */
export const OPERATION_NAMES: Record<string, string> = {
  "environment.create": "Create environment",
  "environment.rename": "Rename environment",
  "environment.remove": "Remove environment",
  "api_key.create": "Create API key",
  "api_key.expire": "End API key",
  "redirect_uri.add": "Add redirect URI",
  "redirect_uri.choose_default": "Choose default redirect URI",
  "redirect_uri.remove": "Remove redirect URI",
  "connection.create": "Create connection",
  "connection.change": "Change connection",
  "connection.remove": "Delete connection",
};
