import type { z } from "zod";

/** One operation of the management API, as the document tells of it. Keyed by `POST /environments/{env}/api_keys`. */
export interface Operation {
  summary: string;
  /** The very schema that the route reads its body with. */
  body?: z.ZodType;
  /** Names of query parameters, besides those that every list has. */
  query?: readonly string[];
  answer: Answer;
  /** Asked without a credential. */
  open?: boolean;
}

export type Operations = Readonly<Record<string, Operation>>;

/** What comes back where nothing is wrong. `object` is null where the answer has none. */
export interface Answer {
  status: 200 | 201 | 202 | 204;
  object: string | null;
  list: boolean;
  /** Whether a list comes in pages. */
  paged?: boolean;
}

export const NOTHING: Answer = { status: 204, object: null, list: false };

export function one(object: string | null, status: 200 | 202 = 200): Answer {
  return { status, object, list: false };
}

export function made(object: string): Answer {
  return { status: 201, object, list: false };
}

export function listOf(object: string): Answer {
  return { status: 200, object, list: true, paged: true };
}

/** A list that is short enough to come whole. */
export function allOf(object: string): Answer {
  return { status: 200, object, list: true };
}
