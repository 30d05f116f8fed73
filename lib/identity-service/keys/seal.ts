import * as sealing from "#lib/shared/sealing.ts";
import { drawRandom } from "./random.ts";

export type { Sealer } from "#lib/shared/sealing.ts";

/** Seals under the service's own key, with random bytes that are drawn ahead. */
export function createSealer(keyBase64: string): sealing.Sealer {
  return sealing.createSealer(keyBase64, drawRandom);
}
