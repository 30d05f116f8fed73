import "server-only";
import { translatorFor } from "../texts.ts";
import { TEXTS } from "./index.ts";
import type { Locale } from "./locales.ts";

/** The areas that hold, beside each other, what a program of ours says in English and how each language says it. */
export type Spoken = "service" | "findings";

/**
 * Says in another language what was said in English, found by its words; what stands in its gaps is looked for in turn. For
 * what is kept or carried as a sentence and has no code: why a directory was not read, what the doctor's file reports. Null
 * where nobody has words for it, as where a newer program says it.
 */
export function spoken(locale: Locale, area: Spoken, text: string): string | null {
  if (locale === "en") return text;
  return (
    inParts(locale, area, text, /(?<=[.?!]) /) ??
    whole(locale, area, text) ??
    inParts(locale, area, text, /(?<=;) /)
  );
}

/** The same, and as it was said where nobody has words for it. */
export function spokenOr(locale: Locale, area: Spoken, text: string): string {
  return spoken(locale, area, text) ?? text;
}

/** Several sayings after one another, where there are words for each. */
function inParts(locale: Locale, area: Spoken, text: string, between: RegExp): string | null {
  const parts = text.split(between);
  if (parts.length === 1) return null;
  const said = parts.map((part) => {
    const end = part.endsWith(";") ? ";" : "";
    const words = whole(locale, area, part.slice(0, part.length - end.length));
    return words && words + end;
  });
  return said.includes(null) ? null : said.join(" ");
}

function whole(locale: Locale, area: Spoken, text: string): string | null {
  const t = translatorFor(locale, area);
  for (const { key, pattern, gaps } of patternsOf(area)) {
    const match = pattern.exec(text);
    if (!match) continue;
    const facts: [string, string | null][] = gaps.map((gap, place) => {
      const fact = match[place + 1] ?? "";
      return [gap, spoken(locale, area, fact) ?? (gap === "phrase" ? null : fact)];
    });
    if (facts.every(([, fact]) => fact !== null))
      return t(`phrases.${key}` as never, Object.fromEntries(facts) as never);
  }
  return null;
}

interface Pattern {
  key: string;
  pattern: RegExp;
  gaps: string[];
}

/** What may stand in a gap of this name; in others anything may. A `phrase` is one that there are words for. */
const GAPS: Record<string, string> = {
  address: "[\\da-fA-F.:]+",
  count: "\\d+",
  part: "\\d+",
  whole: "\\d+",
  port: "\\d+",
};

const kept = new Map<Spoken, Pattern[]>();

function patternsOf(area: Spoken): Pattern[] {
  const known = kept.get(area);
  if (known) return known;
  // What says most in words of its own comes first: "{server} refused: {reason}." would also fit longer sentences.
  const made = Object.entries(TEXTS.en[area].phrases)
    .toSorted(([, one], [, other]) => literal(other) - literal(one))
    .map(([key, text]) => ({ key, ...patternOf(text) }));
  kept.set(area, made);
  return made;
}

const literal = (text: string) => text.replace(/\{\w+\}/g, "").length;

function patternOf(text: string): Omit<Pattern, "key"> {
  const gaps: string[] = [];
  const source = text.replace(/\{(\w+)\}|[.*+?^${}()|[\]\\]/g, (found, gap: string | undefined) => {
    if (gap === undefined) return `\\${found}`;
    gaps.push(gap);
    return `(${GAPS[gap] ?? ".+?"})`;
  });
  return { pattern: new RegExp(`^${source}$`, "s"), gaps };
}
