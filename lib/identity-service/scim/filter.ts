import { ScimError, type ScimType } from "./errors.ts";

/** `name.familyName`, `urn:…:User:department`. An extension alone has an empty name. */
export interface AttributePath {
  extension: string | null;
  name: string;
  part: string | null;
}

export type Operator = "eq" | "ne" | "co" | "sw" | "ew" | "gt" | "ge" | "lt" | "le";
export type Literal = string | number | boolean | null;

export type Filter =
  | { kind: "and" | "or"; left: Filter; right: Filter }
  | { kind: "not"; of: Filter }
  | { kind: "present"; path: AttributePath }
  | { kind: "compare"; path: AttributePath; operator: Operator; value: Literal }
  | { kind: "some"; path: AttributePath; of: Filter };

/** Where a PATCH operation aims: an attribute, those of its values that a filter chooses, a part of either. */
export interface TargetPath extends AttributePath {
  filter: Filter | null;
}

const LENGTH_MAX = 10_000;
const DEPTH_MAX = 50;
const NAME = /[A-Za-z$][\w$-]*/y;
const URN = /urn:[^\s()[\]"]+/iy;
const JSON_LITERAL = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/iy;
const OPERATORS = new Set(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]);

/** Reads a filter (RFC 7644, 3.4.2.2). @throws ScimError `invalidFilter` saying where it stops making sense. */
export function parseFilter(text: string): Filter {
  const reader = new Reader(text, "invalidFilter");
  const filter = reader.either(0);
  reader.end();
  return filter;
}

/** Reads the path of a PATCH operation (RFC 7644, figure 7). @throws ScimError `invalidPath`. */
export function parsePath(text: string): TargetPath {
  const reader = new Reader(text.trim(), "invalidPath");
  const path = reader.attribute();
  if (!reader.take("[")) {
    reader.end();
    return { ...path, filter: null };
  }
  const filter = reader.either(0);
  reader.must("]");
  const part = reader.take(".") ? reader.name() : null;
  reader.end();
  return { ...path, part, filter };
}

class Reader {
  readonly #text: string;
  readonly #scimType: ScimType;
  #at = 0;

  constructor(text: string, scimType: ScimType) {
    this.#text = text;
    this.#scimType = scimType;
    if (text.length > LENGTH_MAX) throw this.#problem("It is too long");
  }

  either(depth: number): Filter {
    let left = this.#both(depth);
    while (this.#word("or")) left = { kind: "or", left, right: this.#both(depth) };
    return left;
  }

  #both(depth: number): Filter {
    let left = this.#single(depth);
    while (this.#word("and")) left = { kind: "and", left, right: this.#single(depth) };
    return left;
  }

  #single(depth: number): Filter {
    if (depth > DEPTH_MAX) throw this.#problem("It is nested too deeply");
    if (this.#word("not", /\s*\(/y)) {
      this.must("(");
      const of = this.either(depth + 1);
      this.must(")");
      return { kind: "not", of };
    }
    if (this.take("(")) {
      const inner = this.either(depth + 1);
      this.must(")");
      return inner;
    }
    const path = this.attribute();
    if (this.take("[")) return this.#some(path, depth);
    const operator = this.name().toLowerCase();
    if (operator === "pr") return { kind: "present", path };
    if (!OPERATORS.has(operator)) throw this.#problem(`'${operator}' is no operator`);
    return { kind: "compare", path, operator: operator as Operator, value: this.#literal() };
  }

  /** `emails[type eq "work"]`, and what many send: `emails[type eq "work"].value eq "…"`. */
  #some(path: AttributePath, depth: number): Filter {
    const of = this.either(depth + 1);
    this.must("]");
    if (!this.take(".")) return { kind: "some", path, of };
    const inside = { extension: null, name: this.name(), part: null };
    const operator = this.name().toLowerCase();
    if (operator !== "pr" && !OPERATORS.has(operator)) throw this.#problem(`'${operator}' is no operator`);
    const right: Filter =
      operator === "pr"
        ? { kind: "present", path: inside }
        : { kind: "compare", path: inside, operator: operator as Operator, value: this.#literal() };
    return { kind: "some", path, of: { kind: "and", left: of, right } };
  }

  attribute(): AttributePath {
    const urn = this.#match(URN);
    if (urn === null) {
      const name = this.name();
      return { extension: null, name, part: this.take(".") ? this.name() : null };
    }
    const colon = urn.lastIndexOf(":");
    const [name = "", part = null, ...rest] = urn.slice(colon + 1).split(".");
    if (rest.length > 0 || name === "") throw this.#problem(`'${urn}' is no attribute`);
    return { extension: urn.slice(0, colon), name, part };
  }

  name(): string {
    const name = this.#match(NAME);
    if (name === null) throw this.#problem("A name is missing");
    return name;
  }

  #literal(): Literal {
    const text = this.#match(JSON_LITERAL);
    if (text === null)
      throw this.#problem("A value is missing: text in quotes, a number, true, false or null");
    try {
      return JSON.parse(text.startsWith('"') ? text : text.toLowerCase()) as Literal;
    } catch {
      throw this.#problem(`${text} is no value`);
    }
  }

  /** A word that stands alone, followed by `next` where that is given. */
  #word(word: string, next = /(?![\w$.-])/y): boolean {
    this.#space();
    const end = this.#at + word.length;
    next.lastIndex = end;
    if (this.#text.slice(this.#at, end).toLowerCase() !== word || !next.test(this.#text)) return false;
    this.#at = end;
    return true;
  }

  take(sign: string): boolean {
    // A part follows its attribute at once: `name.familyName`.
    if (sign !== ".") this.#space();
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  must(sign: string): void {
    if (!this.take(sign)) throw this.#problem(`'${sign}' is missing`);
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#problem("Something follows that does not belong");
  }

  #match(pattern: RegExp): string | null {
    this.#space();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  #space(): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at += 1;
  }

  #problem(what: string): ScimError {
    const noun = this.#scimType === "invalidPath" ? "path" : "filter";
    return new ScimError(
      400,
      `The ${noun} cannot be read at character ${this.#at + 1}: ${what}.`,
      this.#scimType,
    );
  }
}
