import { LIMITS } from "#lib/allowlist/formats/format.ts";
import { FORMATS } from "#lib/allowlist/formats/index.ts";
import { PRINTED, SERVED } from "./schema.ts";

/** Every format, with what it cannot express in sentences: for the screen that offers them. */
export const OFFERED_FORMATS = FORMATS.map(({ id, name, group, cannot }) => {
  return { id, name, group, cannot: cannot.map((limit) => LIMITS[limit].sentence) };
});

/** All that the history can hold, by id. */
export const EXPORT_NAMES: ReadonlyMap<string, string> = new Map([
  ...FORMATS.map(({ id, name }) => [id, name] as const),
  [PRINTED, "On paper"],
  [SERVED, "Served list"],
]);
