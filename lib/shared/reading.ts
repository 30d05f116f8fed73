/** What reading a text gave: the value, or a sentence that says exactly what is wrong with it. */
export type Reading<Value> = { ok: true; value: Value } | { ok: false; problem: string };

export function read<Value>(value: Value): Reading<Value> {
  return { ok: true, value };
}

export function refuse(problem: string): Reading<never> {
  return { ok: false, problem };
}

/**
 * The first character that no address, name or port may hold, named so that the reader can find it: an invisible one,
 * or a look-alike from another script, is the hardest mistake to see. Null when the text is plain ASCII without spaces.
 */
export function strangeCharacter(text: string): string | null {
  const found = /[^\x21-\x7e]/u.exec(text);
  if (!found) return null;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  if (found[0] === " ") return `There is a space at position ${found.index + 1}.`;
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(found[0]) ? `“${found[0]}” (U+${code})` : `U+${code}`;
  return `The character ${shown} at position ${found.index + 1} is not allowed: only plain ASCII is.`;
}
