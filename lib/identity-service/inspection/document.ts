import { isUtf8 } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { type Finding, finding } from "./finding.ts";
import { InspectionProblem } from "./problem.ts";

/** Of what an administrator hands over; a federation's aggregate is larger, and the wrong thing. */
export const DOCUMENT_BYTES_MAX = 2_000_000;

export interface ReadDocument {
  /** Without byte order mark and XML declaration: what it said of the encoding is no longer so. */
  readonly text: string;
  readonly findings: readonly Finding[];
}

/**
 * The text of a file as people have it at hand: compressed perhaps, with a byte order mark, in UTF-16 as Windows saves it, or in
 * an encoding that its XML declaration names.
 * @throws InspectionProblem
 */
export function readDocument(given: Buffer): ReadDocument {
  const isCompressed = given[0] === 0x1f && given[1] === 0x8b;
  const bytes = isCompressed ? unpacked(given) : given;
  if (bytes.length > DOCUMENT_BYTES_MAX) throw tooLarge();
  const { text, encoding } = decoded(bytes);
  return {
    text: withoutDeclaration(text),
    findings: [
      ...(isCompressed ? [finding("decompressed")] : []),
      ...(encoding ? [finding("recoded", { encoding })] : []),
    ],
  };
}

/** A text that is text already. */
export function withoutDeclaration(text: string): string {
  return text
    .replace(/^\uFEFF/, "")
    .trim()
    .replace(/^<\?xml\s[^>]*\?>\s*/, "");
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: DOCUMENT_BYTES_MAX });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new InspectionProblem(finding("archive"));
  }
}

function tooLarge(): InspectionProblem {
  return new InspectionProblem(finding("too_large", { limit: `${DOCUMENT_BYTES_MAX / 1_000_000} MB` }));
}

/** Known by its first bytes, then by what it says itself. What is UTF-8 is UTF-8, whatever it says: it was saved anew since. */
function decoded(bytes: Buffer): { text: string; encoding: string | null } {
  const wide = wideEncodingOf(bytes);
  if (wide) return { text: new TextDecoder(wide).decode(bytes), encoding: wide.toUpperCase() };
  if (isUtf8(bytes)) return { text: bytes.toString("utf8"), encoding: null };
  const declared = DECLARED_ENCODING.exec(bytes.toString("latin1", 0, 200))?.[1];
  if (declared && SINGLE_BYTE.test(declared))
    return { text: new TextDecoder(declared).decode(bytes), encoding: declared };
  throw new InspectionProblem(finding("not_text"));
}

function wideEncodingOf(bytes: Buffer): "utf-16le" | "utf-16be" | null {
  const start = bytes.toString("hex", 0, 4);
  if (/^(fffe|3c00)/.test(start)) return "utf-16le";
  return /^(feff|003c)/.test(start) ? "utf-16be" : null;
}

const DECLARED_ENCODING = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/;
const SINGLE_BYTE = /^(iso-8859-(1|2|9|15)|windows-125[0-4]|us-ascii)$/i;
