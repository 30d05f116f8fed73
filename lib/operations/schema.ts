import { z } from "zod";
import type { Action } from "#lib/access/permissions.ts";

export const OperationRefInput = z.strictObject({ operationId: z.string().startsWith("op_") });
export type OperationRefInput = z.infer<typeof OperationRefInput>;

/** What somebody must be allowed to do, to have an operation of this kind tried again or given up. */
export const OPERATION_ACTIONS: Record<string, Action> = {
  "environment.create": "environment.create",
  "environment.rename": "environment.change",
  "environment.remove": "environment.remove",
  "api_key.create": "api_key.create",
  "api_key.expire": "api_key.revoke",
  "redirect_uri.add": "redirect_uri.change",
  "redirect_uri.choose_default": "redirect_uri.change",
  "redirect_uri.remove": "redirect_uri.change",
  "connection.create": "connection.create",
  "connection.change": "connection.change",
  "connection.remove": "connection.remove",
  "connection.draft": "connection.draft",
  "connection.keep_draft": "connection.keep_draft",
  "connection.discard_draft": "connection.discard_draft",
  "connection.activate": "connection.activate",
  "connection.return": "connection.return",
  "directory.create": "directory.create",
  "directory.change": "directory.change",
  "directory.rotate_token": "directory.rotate_token",
  "directory.activate_roles": "directory.activate_roles",
  "directory.return_roles": "directory.return_roles",
  "directory.remove": "directory.remove",
  "domain.add": "domain.add",
  "domain.verify_by_hand": "domain.verify_by_hand",
  "domain.remove": "domain.remove",
  "message.deliver": "message.deliver",
  "message.send_again": "message.send_again",
  "message.discard": "message.discard",
};

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
  "connection.draft": "Draft a change of a connection",
  "connection.keep_draft": "Keep a connection’s draft",
  "connection.discard_draft": "Discard a connection’s draft",
  "connection.activate": "Activate a connection’s draft",
  "connection.return": "Return to a connection’s revision",
  "directory.create": "Create directory",
  "directory.change": "Change directory",
  "directory.rotate_token": "Rotate directory token",
  "directory.activate_roles": "Switch on directory roles",
  "directory.return_roles": "Put back directory roles",
  "directory.remove": "Delete directory",
  "domain.add": "Add domain",
  "domain.verify_by_hand": "Verify domain by hand",
  "domain.remove": "Remove domain",
  "message.deliver": "Mark message as delivered",
  "message.send_again": "Send message again",
  "message.discard": "Discard message",
};
