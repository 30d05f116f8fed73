import { iso } from "../wire/time.ts";

/** A row of identity.directory_groups, with every column: it is written back as JSON. */
export interface DirectoryGroupRow {
  id: string;
  environment_id: string;
  organization_id: string;
  directory_id: string;
  idp_id: string;
  name: string;
  /** The name in lower case. */
  name_key: string;
  raw_attributes: Record<string, unknown>;
  version: number;
  created_at: Date | string;
  updated_at: Date | string;
}

export function directoryGroupToWire(row: DirectoryGroupRow) {
  return {
    object: "directory_group" as const,
    id: row.id,
    idp_id: row.idp_id,
    directory_id: row.directory_id,
    organization_id: row.organization_id,
    name: row.name,
    raw_attributes: row.raw_attributes,
    created_at: iso(new Date(row.created_at)),
    updated_at: iso(new Date(row.updated_at)),
  };
}
