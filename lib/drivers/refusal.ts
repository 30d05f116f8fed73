import { z } from "zod";
import { AppError, type ErrorKind } from "#lib/shared/errors.ts";

/** An answer that is not a success. `code` is the upstream's own word for it, where it gave one. */
export class Refusal extends AppError {
  readonly code: string;

  constructor(kind: ErrorKind, message: string, code: string) {
    super(kind, message);
    this.code = code;
  }
}

/** Turns an answer that is not a success into a sentence for people. What the upstream says is quoted, cut and cleaned. */
export async function refusal(upstream: string, response: Response): Promise<Refusal> {
  const body = Body.safeParse(parseJson(await response.text())).data ?? {};
  const said = saidBy(body);
  const [kind, message] = sentence(upstream, response, said ? ` It says: ${said}` : "");
  return new Refusal(kind, message, clean(body.code ?? body.error ?? ""));
}

function sentence(upstream: string, response: Response, quote: string): [ErrorKind, string] {
  switch (response.status) {
    case 401:
      return [
        "unauthenticated",
        `${upstream} does not accept our key. It may be expired or revoked; replace it.`,
      ];
    case 403:
      return ["forbidden", `${upstream} does not allow this with our key.${quote}`];
    case 404:
    case 410:
      return ["not_found", `${upstream} does not know this object. It may have been removed there.`];
    case 409:
      // The first try of this operation is still under way: we gave up on it sooner than the upstream did.
      if (response.headers.has("Retry-After"))
        return ["unavailable", `${upstream} is still busy with the first try.`];
      return ["conflict", `${upstream} already has this, or it is still in use.${quote}`];
    case 408:
      return ["unavailable", `${upstream} took too long to answer.`];
    case 429:
      return ["rate_limited", `${upstream} asks us to slow down. ${waitOf(response)}`];
    case 400:
    case 413:
    case 422:
      return ["invalid", `${upstream} refused this.${quote}`];
  }
  if (response.status >= 500)
    return [
      "unavailable",
      `${upstream} has a problem of its own (status ${response.status}). Try again in a while.`,
    ];
  return ["upstream", `${upstream} gave an answer we do not understand (status ${response.status}).`];
}

/** For an answer that says success but whose content is not what was agreed. */
export function strangeAnswer(upstream: string, cause?: unknown): AppError {
  const message = `${upstream} gave an answer we do not understand. Is its version too old or too new?`;
  return new AppError("upstream", message, {}, { cause });
}

const text = z.string().optional().catch(undefined);

const Body = z.object({
  code: text,
  error: text,
  message: text,
  error_description: text,
  errors: z
    .array(
      z.union([
        z.string(),
        z.object({
          message: z.string().optional(),
          field: z.string().optional(),
          code: z.string().optional(),
        }),
      ]),
    )
    .optional()
    .catch(undefined),
});

function saidBy(body: Partial<z.infer<typeof Body>>): string {
  const details = (body.errors ?? []).map((item) =>
    typeof item === "string" ? item : (item.message ?? [item.field, item.code].filter(Boolean).join(": ")),
  );
  return clean([body.message ?? body.error_description, ...details].filter(Boolean).join(" "));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // an error page of a proxy on the way: nothing worth quoting
  }
}

/** An upstream may echo what it was sent. Nothing that looks like a key or token reaches a screen or a log. */
function clean(text: string): string {
  return text
    .replace(/\b(?:sk_|Bearer\s+|whsec_|eyJ)[\w.~+/=-]+/gi, "[removed]")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}

function waitOf(response: Response): string {
  const seconds = Number(response.headers.get("Retry-After"));
  if (!(seconds > 0)) return "Try again in a minute.";
  return seconds < 90
    ? `Try again in ${seconds} seconds.`
    : `Try again in ${Math.ceil(seconds / 60)} minutes.`;
}
