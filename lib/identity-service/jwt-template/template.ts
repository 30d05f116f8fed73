/** What a template may read. Anything else is refused when the template is kept. */
export const ROOTS = ["user", "organization", "organization_membership"] as const;
const RESERVED = ["iss", "sub", "exp", "iat", "nbf", "jti"];
const TEMPLATE_CHARACTERS_MAX = 10_000;
/** A token travels with each request, and headers are of limited size. */
export const CLAIMS_BYTES_MAX = 3_072;

export type Context = Readonly<Record<(typeof ROOTS)[number], unknown>>;

/** A template that cannot be used, with what is wrong about it. */
export class TemplateProblem extends Error {
  override name = "TemplateProblem";
}

/** @throws TemplateProblem unless the text is an object of JSON whose expressions can be read. */
export function requireTemplate(text: string): void {
  if (text.length > TEMPLATE_CHARACTERS_MAX)
    throw new TemplateProblem(`A template has at most ${TEMPLATE_CHARACTERS_MAX} characters.`);
  walk(readTemplate(text), (source) => readExpression(source) && null);
}

/**
 * The claims a template makes of a person. At the top a claim that comes to null is left out; inside a string nothing
 * becomes the empty string.
 *
 * @throws TemplateProblem where an object stands inside a string, or the result is too large for a token.
 */
export function renderTemplate(text: string, context: Context): Record<string, unknown> {
  const rendered = walk(readTemplate(text), (source) => evaluate(readExpression(source), context)) as Record<
    string,
    unknown
  >;
  const claims = Object.fromEntries(Object.entries(rendered).filter(([, value]) => value !== null));
  if (Buffer.byteLength(JSON.stringify(claims)) > CLAIMS_BYTES_MAX)
    throw new TemplateProblem(`The claims come to more than ${CLAIMS_BYTES_MAX} bytes.`);
  return claims;
}

/** Marks an expression that stood bare: it becomes the value itself, of whatever type. */
const BARE = "\u0001";
const MARK = /\{\{(.*?)\}\}/gs;

/** Expressions stand in strings, or bare where a value would: those are put into strings of their own first. */
function readTemplate(text: string): Record<string, unknown> {
  let inString = false;
  let quoted = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    const end = text.startsWith("{{", at) ? text.indexOf("}}", at) : -1;
    if (end > 0) {
      const expression = text.slice(at, end + 2);
      const escaped = JSON.stringify(inString ? expression : `${BARE}${expression}`);
      quoted += inString ? escaped.slice(1, -1) : escaped;
      at = end + 1;
      continue;
    }
    if (character === "\\" && inString) {
      quoted += character + (text[at + 1] ?? "");
      at += 1;
      continue;
    }
    if (character === '"') inString = !inString;
    quoted += character;
  }
  let value: unknown;
  try {
    value = JSON.parse(quoted);
  } catch {
    throw new TemplateProblem("The template is not valid JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TemplateProblem("The template must be a JSON object.");
  const reserved = RESERVED.find((name) => Object.hasOwn(value, name));
  if (reserved)
    throw new TemplateProblem(`The claim '${reserved}' is set by the service and cannot be changed.`);
  return value as Record<string, unknown>;
}

function walk(value: unknown, of: (source: string) => unknown): unknown {
  if (typeof value === "string") return fill(value, of);
  if (Array.isArray(value)) return value.map((item) => walk(item, of));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key.includes("{{")) throw new TemplateProblem("Expressions may stand in values, not in keys.");
      return [key, walk(item, of)];
    }),
  );
}

function fill(text: string, of: (source: string) => unknown): unknown {
  if (text.startsWith(BARE)) return of(text.slice(BARE.length + 2, -2));
  return text.replace(MARK, (_all, source: string) => {
    const value = of(source);
    if (typeof value === "object" && value !== null)
      throw new TemplateProblem(`'${source.trim()}' is not text and cannot stand inside a string.`);
    return value === null ? "" : String(value);
  });
}

type Term = { path: string[] } | { literal: string };

/** `user.metadata.plan || organization.name || 'none'` */
function readExpression(source: string): Term[] {
  const terms = source.match(/'[^']*'|[^|]+|\|\|?/g) ?? [];
  const read: Term[] = [];
  terms.forEach((term, place) => {
    const text = term.trim();
    if (place % 2 === 1) {
      if (text !== "||") throw unreadable(source);
      return;
    }
    read.push(readTerm(text, source));
  });
  if (read.length === 0 || terms.length % 2 === 0) throw unreadable(source);
  return read;
}

function readTerm(text: string, source: string): Term {
  const literal = /^'([^']*)'$/.exec(text);
  if (literal) return { literal: literal[1] ?? "" };
  if (!/^[A-Za-z_][\w-]*(\.[\w-]+)*$/.test(text)) throw unreadable(source);
  const path = text.split(".");
  if (!(ROOTS as readonly string[]).includes(path[0] ?? ""))
    throw new TemplateProblem(`'${path[0]}' is not known. A template reads ${ROOTS.join(", ")}.`);
  return { path };
}

function evaluate(terms: readonly Term[], context: Context): unknown {
  for (const term of terms) {
    const value = "literal" in term ? term.literal : look(term.path, context);
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

function look(path: readonly string[], from: unknown): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    from,
  );
}

function unreadable(source: string): TemplateProblem {
  return new TemplateProblem(
    `'${source.trim()}' cannot be read. Write {{ user.email }} or {{ user.name || 'nobody' }}.`,
  );
}
