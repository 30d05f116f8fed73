import { type AllowlistFormat, expressible, LIMITS } from "#lib/allowlist/formats/format.ts";
import { FORMATS } from "#lib/allowlist/formats/index.ts";
import type { ExportedAllowlist } from "#lib/allowlist/formats/normal-form.ts";
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

/** What one format makes of the rules at hand. */
export interface FormatFit {
  leftOut: number;
  /** Why they are left out, and what has to be done by hand for those that are not: only what concerns a rule at hand. */
  reasons: string[];
}

export interface FormatsPreview {
  rules: number;
  /** By the format's id. */
  fits: Record<string, FormatFit>;
}

export function previewOf(allowlist: Pick<ExportedAllowlist, "rules">): FormatsPreview {
  const { rules } = allowlist;
  const fit = (format: AllowlistFormat): FormatFit => ({
    leftOut: rules.length - expressible(allowlist, format).length,
    reasons: format.cannot
      .filter((limit) => rules.some(LIMITS[limit].concerns))
      .map((limit) => LIMITS[limit].sentence),
  });
  return { rules: rules.length, fits: Object.fromEntries(FORMATS.map((format) => [format.id, fit(format)])) };
}
