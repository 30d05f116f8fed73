import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "../../app/globals.css"), "utf8");
const THEMES = ["light", "dark"] as const;
const SURFACES = ["canvas", "surface", "raised", "sunken", "hover"];

describe.each(THEMES)("in the %s theme", (theme) => {
  const TEXTS = ["ink", "muted", "faint", "accent", "positive", "caution", "negative"];
  test.each(TEXTS)("text in %s keeps 4.5:1 on every surface", (text) => {
    for (const surface of SURFACES)
      expect(contrast(theme, text, surface), surface).toBeGreaterThanOrEqual(4.5);
  });

  test.each([
    ["on-solid", "solid"],
    ["on-solid", "solid-hover"],
    ["on-accent", "accent-solid"],
    ["on-accent", "negative-solid"],
    ["on-accent", "negative-solid-hover"],
    ["ink", "pressed"],
    ["accent", "accent-soft"],
    ["positive", "positive-soft"],
    ["caution", "caution-soft"],
    ["negative", "negative-soft"],
    ["ink", "accent-soft"],
    ["muted", "accent-soft"],
  ])("%s keeps 4.5:1 on %s", (text, surface) => {
    expect(contrast(theme, text, surface)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["control", "ring", "accent-solid"])(
    "%s, the edge of a control, keeps 3:1 where controls stand",
    (edge) => {
      for (const surface of ["canvas", "surface", "raised"])
        expect(contrast(theme, edge, surface), surface).toBeGreaterThanOrEqual(3);
    },
  );
});

function contrast(theme: (typeof THEMES)[number], one: string, other: string): number {
  const [dark, light] = [luminance(colour(theme, one)), luminance(colour(theme, other))].sort(
    (a, b) => a - b,
  );
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

type Oklch = [lightness: number, chroma: number, hue: number];

/** The colour as globals.css writes it: one `oklch()` for both themes, or one for each in `light-dark()`. */
function colour(theme: (typeof THEMES)[number], name: string): Oklch {
  const line = new RegExp(`--color-${name}: (.*);`).exec(css)?.[1] ?? "";
  const values = [...line.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)];
  const value = values[theme === "dark" ? values.length - 1 : 0];
  if (!value) throw new Error(`globals.css has no colour ${name}.`);
  return [Number(value[1]), Number(value[2]), Number(value[3])];
}

/** Relative luminance (WCAG 2.2) of an OKLCH colour, by way of linear sRGB. */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const red = clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
