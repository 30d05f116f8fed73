import "server-only";
import { keyOperations } from "#lib/api-keys/operations.ts";
import { connectionOperations } from "#lib/connections/operations.ts";
import { directoryOperations } from "#lib/directories/operations.ts";
import { directoryRoleOperations } from "#lib/directory-content/operations.ts";
import { domainOperations } from "#lib/domains/operations.ts";
import { environmentOperations } from "#lib/environments/operations.ts";
import { messageOperations } from "#lib/messages/operations.ts";
import type { OperationKinds } from "#lib/platform/outbox.ts";
import { redirectUriOperations } from "#lib/redirect-uris/operations.ts";
import { revisionOperations } from "#lib/revisions/operations.ts";

/** Everything this console knows how to have done outside. */
export const operationKinds: OperationKinds = {
  ...environmentOperations,
  ...keyOperations,
  ...redirectUriOperations,
  ...connectionOperations,
  ...revisionOperations,
  ...directoryOperations,
  ...domainOperations,
  ...directoryRoleOperations,
  ...messageOperations,
};
