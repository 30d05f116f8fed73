import { z } from "zod";
import { CreateConnection, createConnection } from "../connections/commands.ts";
import { sql } from "../db.ts";
import { DomainName } from "../organizations/organization.ts";
import { importKind } from "./batch.ts";
import { originOf, PinnedId, Times } from "./pinned.ts";

/** A connection as WorkOS's API shows it, and how its identity provider is reached, which that API does not show. */
const ImportConnection = z.object({
  ...CreateConnection.shape,
  ...Times,
  id: PinnedId("conn"),
  /** The last part of the addresses that the identity provider was given. */
  external_key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,64}$/, "A key is 16 to 64 letters and digits.")
    .optional(),
  domains: z
    .array(z.object({ id: PinnedId("conn_domain"), domain: DomainName }))
    .max(100)
    .default([]),
});

export const connectionImport = importKind({
  schema: ImportConnection,
  known: sql(
    "import_connection_known",
    "SELECT id FROM identity.connections WHERE environment_id = $1 AND id = $2",
  ),
  async insert(service, environmentId, { external_key, domains, ...record }) {
    await createConnection(service, environmentId, record, {
      origin: originOf(record),
      externalKey: external_key,
      domains,
    });
  },
});
