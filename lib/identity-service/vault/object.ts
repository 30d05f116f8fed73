import { z } from "zod";
import { iso } from "../wire/time.ts";
import { KeyContext } from "./context.ts";

const Value = z.string().max(1_000_000);

export const CreateObject = z.object({
  key_context: KeyContext,
  name: z.string().min(1).max(200),
  value: Value,
});
export type CreateObject = z.infer<typeof CreateObject>;

export const ChangeObject = z.object({ value: Value, version_check: z.string().nullish() });
export type ChangeObject = z.infer<typeof ChangeObject>;

export interface ObjectRow {
  id: string;
  environment_id: string;
  name: string;
  key_id: string;
  context: KeyContext;
  version_id: string;
  data_key_sealed: string;
  value_sealed: string;
  updated_by_id: string;
  updated_by_name: string;
  created_at: Date;
  updated_at: Date;
}

export interface VersionRow {
  id: string;
  etag: string;
  size_bytes: number;
  is_current: boolean;
  created_at: Date;
}

export function metadataToWire(row: ObjectRow) {
  return {
    id: row.id,
    environment_id: row.environment_id,
    context: row.context,
    key_id: row.key_id,
    version_id: row.version_id,
    updated_at: iso(row.updated_at),
    updated_by: { id: row.updated_by_id, name: row.updated_by_name },
  };
}

export function objectToWire(row: ObjectRow) {
  return { id: row.id, name: row.name, metadata: metadataToWire(row) };
}

export function summaryToWire({ id, name, updated_at }: Pick<ObjectRow, "id" | "name" | "updated_at">) {
  return { id, name, updated_at: iso(updated_at) };
}

export function versionToWire(row: VersionRow) {
  return {
    id: row.id,
    etag: row.etag,
    size: row.size_bytes,
    current_version: row.is_current,
    created_at: iso(row.created_at),
  };
}
