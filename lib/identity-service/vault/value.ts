import { createSealer } from "../keys/seal.ts";
import { hashSecret } from "../keys/secrets.ts";
import { newKey, type WrappingKey } from "./keys.ts";
import type { ObjectRow } from "./object.ts";

/** A value under a data key of its own, and that under the key of the context. */
export interface SealedValue {
  data_key_sealed: string;
  value_sealed: string;
  /** Of what is kept, so that it says nothing about the value. */
  etag: string;
  size_bytes: number;
}

/** Both layers are bound to the object and its version: an older value cannot be put back in its place. */
export function sealValue(
  by: WrappingKey,
  of: Pick<ObjectRow, "environment_id" | "id" | "version_id">,
  value: string,
): SealedValue {
  const key = newKey();
  const value_sealed = createSealer(key).seal(value, placeOf(of));
  return {
    data_key_sealed: by.sealer.seal(key, placeOf(of)),
    value_sealed,
    etag: hashSecret(value_sealed),
    size_bytes: Buffer.byteLength(value),
  };
}

export function openValue(by: WrappingKey, row: ObjectRow): string {
  const key = by.sealer.open(row.data_key_sealed, placeOf(row));
  return createSealer(key).open(row.value_sealed, placeOf(row));
}

function placeOf({
  environment_id,
  id,
  version_id,
}: Pick<ObjectRow, "environment_id" | "id" | "version_id">) {
  return `environment:${environment_id}:vault_object:${id}:${version_id}`;
}
