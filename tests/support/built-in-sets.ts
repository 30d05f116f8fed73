import { setBook } from "#lib/allowlist/sets/book.ts";
import { BUILT_IN_SETS } from "#lib/allowlist/sets/built-in.ts";

/** The sets as a new console has them. */
export const BUILT_IN = setBook(BUILT_IN_SETS);
