import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Schema = Record<string, unknown>;

/** What WorkOS's public OpenAPI document says that one operation answers: for each status a body, or none. */
export interface DeclaredOperation {
  /** `GET /organizations/{id}` */
  name: string;
  responses: Readonly<Record<string, Schema | null>>;
}

interface WireDocument {
  operations: Readonly<Record<string, DeclaredOperation["responses"]>>;
  schemas: Readonly<Record<string, Schema>>;
}

const FILE = join(import.meta.dirname, "../../fixtures/workos-openapi/responses.json");

export const wireDocument = JSON.parse(readFileSync(FILE, "utf8")) as WireDocument;

/**
 * The operation that takes a request, a name in the address before a parameter. None where the document has none, or the
 * address is none that can be read.
 */
export function operationOf(method: string, url: string): DeclaredOperation | undefined {
  const path = url.split("?", 1)[0] ?? url;
  if (!isReadable(path)) return undefined;
  const segments = segmentsOf(path);
  return byShape()
    .get(`${method} ${segments.length}`)
    ?.find(({ pattern }) => pattern.every((part, at) => part === null || part === segments[at]))?.operation;
}

interface Candidate {
  /** Null for a parameter. */
  pattern: (string | null)[];
  operation: DeclaredOperation;
}

let candidates: Map<string, Candidate[]> | undefined;

function byShape(): Map<string, Candidate[]> {
  if (candidates) return candidates;
  candidates = new Map();
  for (const [name, responses] of Object.entries(wireDocument.operations)) {
    const [method = "", path = ""] = name.split(" ");
    const pattern = segmentsOf(path).map((part) => (part.startsWith("{") ? null : part));
    const shape = `${method} ${pattern.length}`;
    candidates.set(shape, [...(candidates.get(shape) ?? []), { pattern, operation: { name, responses } }]);
  }
  const parametersOf = ({ pattern }: Candidate) => pattern.filter((part) => part === null).length;
  for (const list of candidates.values()) list.sort((a, b) => parametersOf(a) - parametersOf(b));
  return candidates;
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}
