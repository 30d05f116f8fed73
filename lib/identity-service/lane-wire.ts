import pg from "pg";
import { TYPES } from "./timestamps.ts";

/** What a parameter of a statement can be. */
export type Value = string | number | boolean | Date | null | readonly string[];

/** A column of what a statement answers. `read` is null where the text is the value. */
export interface Field {
  readonly name: string;
  readonly read: ((text: string) => unknown) | null;
}

/** The types of PostgreSQL's messages that are read here. */
export const MESSAGE = {
  rowDescription: 0x54,
  noData: 0x6e,
  dataRow: 0x44,
  commandComplete: 0x43,
  error: 0x45,
  ready: 0x5a,
} as const;

/** Messages to PostgreSQL, one behind the other in one piece of memory, so that they leave in one write. */
export class MessageWriter {
  #buffer = Buffer.allocUnsafe(16_384);
  #end = 0;

  parse(name: string, text: string): void {
    const start = this.#begin(0x50);
    this.#cstring(name);
    this.#cstring(text);
    this.#int16(0);
    this.#finish(start);
  }

  /** Asks for the columns of a statement that was parsed. */
  describe(name: string): void {
    const start = this.#begin(0x44);
    this.#room(1);
    this.#buffer[this.#end++] = 0x53;
    this.#cstring(name);
    this.#finish(start);
  }

  /** Gives a statement that was parsed its values and has it carried out, everything as text. */
  run(name: string, values: readonly Value[]): void {
    const start = this.#begin(0x42);
    this.#cstring("");
    this.#cstring(name);
    this.#int16(0);
    this.#int16(values.length);
    for (const value of values) this.#value(value);
    this.#int16(0);
    this.#finish(start);
    const execute = this.#begin(0x45);
    this.#cstring("");
    this.#int32(0);
    this.#finish(execute);
  }

  sync(): void {
    this.#finish(this.#begin(0x53));
  }

  /** Everything since the last time. Its memory is used again by what is written next. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#end);
    this.#end = 0;
    // One large batch does not keep its memory for good.
    if (this.#buffer.length > 1_048_576) this.#buffer = Buffer.allocUnsafe(16_384);
    return taken;
  }

  #begin(type: number): number {
    this.#room(5);
    this.#buffer[this.#end] = type;
    this.#end += 5;
    return this.#end - 4;
  }

  #finish(start: number): void {
    this.#buffer.writeInt32BE(this.#end - start, start);
  }

  #value(value: Value): void {
    if (value === null) {
      this.#int32(-1);
      return;
    }
    const text = typeof value === "string" ? value : textOf(value);
    this.#room(4 + text.length * 3);
    const length = this.#buffer.write(text, this.#end + 4);
    this.#buffer.writeInt32BE(length, this.#end);
    this.#end += 4 + length;
  }

  #cstring(text: string): void {
    this.#room(text.length * 3 + 1);
    this.#end += this.#buffer.write(text, this.#end);
    this.#buffer[this.#end++] = 0;
  }

  #int16(number: number): void {
    this.#room(2);
    this.#end = this.#buffer.writeInt16BE(number, this.#end);
  }

  #int32(number: number): void {
    this.#room(4);
    this.#end = this.#buffer.writeInt32BE(number, this.#end);
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

function textOf(value: Exclude<Value, null>): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return String(value);
  return `{${value.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

/** Told where in a piece the content of a message lies. */
type MessageHandler = (type: number, piece: Buffer, start: number, end: number) => void;

/** Divides what comes from PostgreSQL into messages. */
export class MessageReader {
  #rest: Buffer | null = null;
  readonly #handle: MessageHandler;

  constructor(handle: MessageHandler) {
    this.#handle = handle;
  }

  push(chunk: Buffer): void {
    const piece = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (piece.length - at >= 5) {
      const end = at + 1 + piece.readInt32BE(at + 1);
      if (end > piece.length) break;
      this.#handle(piece[at] as number, piece, at + 5, end);
      at = end;
    }
    this.#rest = at < piece.length ? piece.subarray(at) : null;
  }
}

const { TEXT, VARCHAR } = pg.types.builtins;

export function readFields(piece: Buffer, start: number): Field[] {
  const fields: Field[] = [];
  let at = start + 2;
  for (let left = piece.readInt16BE(start); left > 0; left -= 1) {
    const end = piece.indexOf(0, at);
    const name = piece.toString("utf8", at, end);
    const oid = piece.readUInt32BE(end + 7);
    const read = oid === TEXT || oid === VARCHAR ? null : TYPES.getTypeParser(oid, "text");
    fields.push({ name, read });
    at = end + 19;
  }
  return fields;
}

/** A row as an object. Its bytes become a string once: most of what is kept here is ASCII, of which parts can be cut for nothing. */
export function readRow(fields: readonly Field[], piece: Buffer, start: number, end: number) {
  const row: Record<string, unknown> = {};
  const text = piece.toString("latin1", start, end);
  let at = start + 2;
  for (const { name, read } of fields) {
    const length = piece.readInt32BE(at);
    at += 4;
    if (length === -1) {
      row[name] = null;
      continue;
    }
    const stop = at + length;
    const value = isAscii(piece, at, stop)
      ? text.slice(at - start, stop - start)
      : piece.toString("utf8", at, stop);
    row[name] = read ? read(value) : value;
    at = stop;
  }
  return row;
}

function isAscii(piece: Buffer, start: number, stop: number): boolean {
  let bits = 0;
  for (let at = start; at < stop; at += 1) bits |= piece[at] as number;
  return bits < 0x80;
}

/** The letters that PostgreSQL calls the parts of an error by, and what `pg` calls them. */
const ERROR_PARTS: Readonly<Record<string, keyof pg.DatabaseError>> = {
  S: "severity",
  C: "code",
  D: "detail",
  H: "hint",
  P: "position",
  p: "internalPosition",
  q: "internalQuery",
  W: "where",
  s: "schema",
  t: "table",
  c: "column",
  d: "dataType",
  n: "constraint",
  F: "file",
  L: "line",
  R: "routine",
};

export function readError(piece: Buffer, start: number, end: number): pg.DatabaseError {
  const parts: Record<string, string> = {};
  let message = "";
  for (let at = start; at < end && piece[at] !== 0; ) {
    const letter = String.fromCharCode(piece[at] as number);
    const stop = piece.indexOf(0, at + 1);
    const text = piece.toString("utf8", at + 1, stop);
    const name = ERROR_PARTS[letter];
    if (letter === "M") message = text;
    else if (name) parts[name] = text;
    at = stop + 1;
  }
  return Object.assign(new pg.DatabaseError(message, end - start + 4, "error"), parts);
}
