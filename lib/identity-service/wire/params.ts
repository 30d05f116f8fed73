import type { z } from "zod";
import { type FieldError, invalid, WireError } from "./errors.ts";

export type Params = Readonly<Record<string, unknown>>;

/** A parameter that may be given once. Given twice, nobody can say which is meant: refused. */
export function one(params: Params, name: string): string | undefined {
  const value = params[name];
  if (value === undefined || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new WireError(400, {
    message: `The parameter '${name}' must be given once.`,
    code: "invalid_request_parameters",
  });
}

/** A list, in any of the four ways SDKs write one: `a=1,2`, `a=1&a=2`, `a[]=1&a[]=2`, `a[0]=1&a[1]=2`. */
export function many(params: Params, name: string): string[] {
  const indexed = new RegExp(`^${name}(\\[\\d*\\])?$`);
  return Object.entries(params)
    .filter(([key]) => indexed.test(key))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .flatMap((value) => String(value).split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

/** @throws the 422 that names each field which is missing or wrong. */
export function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw invalid(result.error.issues.map(fieldError));
}

function fieldError(issue: z.core.$ZodIssue): FieldError {
  const missing = issue.code === "invalid_type" && issue.message.endsWith("undefined");
  const field = issue.path.join(".") || (issue.code === "unrecognized_keys" ? issue.keys.join(", ") : "");
  return { code: missing ? "required" : codeOf(issue), field, message: issue.message };
}

function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "custom") return String(issue.params?.code ?? "invalid");
  return issue.code;
}
