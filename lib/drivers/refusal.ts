import { z } from "zod";
import { AppError, type ErrorKind, type Said } from "#lib/shared/errors.ts";
import { declined, type RefusalCode, sentenceOf } from "#lib/shared/refusals.ts";

/** An answer that is not a success. `code` is the upstream's own word for it, where it gave one. */
export class Refusal extends AppError {
  readonly code: string;

  constructor(kind: ErrorKind, message: string, code: string, said: Said) {
    super(kind, message, {}, { said });
    this.code = code;
  }
}

/** Turns an answer that is not a success into a sentence for people. What the upstream says is quoted, cut and cleaned. */
export async function refusal(upstream: string, response: Response): Promise<Refusal> {
  const body = Body.safeParse(parseJson(await response.text())).data ?? {};
  const said = saidBy(body);
  const word = clean(body.code ?? body.error ?? "");
  const [kind, code, more] = judged(response);
  const quote = said && QUOTED.has(code) ? ` It says: ${said}` : "";
  // The upstream's own words stand alone as well: they are translated apart from the sentence that quotes them.
  const facts = { upstream, quote, words: quote && said, ...more };
  return new Refusal(kind, sentenceOf(code, facts as never), word, { code, facts });
}

const QUOTED = new Set<RefusalCode>(["upstream_forbids", "upstream_conflict", "upstream_refused"]);

function judged(response: Response): [ErrorKind, RefusalCode, Record<string, number>?] {
  const { status } = response;
  switch (status) {
    case 401:
      return ["unauthenticated", "upstream_key"];
    case 403:
      return ["forbidden", "upstream_forbids"];
    case 404:
    case 410:
      return ["not_found", "upstream_unknown"];
    case 409:
      // The first try of this operation is still under way: we gave up on it sooner than the upstream did.
      if (response.headers.has("Retry-After")) return ["unavailable", "upstream_busy"];
      return ["conflict", "upstream_conflict"];
    case 408:
      return ["unavailable", "upstream_slow"];
    case 429:
      return ["rate_limited", ...waitOf(response)];
    case 400:
    case 413:
    case 422:
      return ["invalid", "upstream_refused"];
  }
  if (status >= 500) return ["unavailable", "upstream_failing", { status }];
  return ["upstream", "upstream_status", { status }];
}

/** For an answer that says success but whose content is not what was agreed. */
export function strangeAnswer(upstream: string, cause?: unknown): AppError {
  return declined("upstream", "upstream_strange", { upstream }, { cause });
}

const text = z.string().optional().catch(undefined);

/** WorkOS's own validation says several things at once. */
const texts = z.union([z.string(), z.array(z.string()).transform((several) => several.join(" "))]);

const Body = z.object({
  code: text,
  error: text,
  message: texts.optional().catch(undefined),
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

function waitOf(response: Response): [RefusalCode, Record<string, number>?] {
  const seconds = Number(response.headers.get("Retry-After"));
  if (!(seconds > 0)) return ["upstream_throttles"];
  return seconds < 90
    ? ["upstream_throttles_seconds", { seconds }]
    : ["upstream_throttles_minutes", { minutes: Math.ceil(seconds / 60) }];
}
