const LENGTH = 1_024;
const HIDDEN = "[hidden]";

// What an endpoint's answer may give away: it often repeats what it was sent, headers and all. Every repetition has an end: the
// text is somebody else's, and must not keep us busy.
const SECRETS: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, HIDDEN],
  [/\beyJ[\w-]{8,4000}\.[\w-]{4,}(?:\.[\w-]*)?/g, HIDDEN],
  [/\b(Bearer|Basic|Digest|Negotiate)\s+[\w+/=.~-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\b(?:sk|whsec|rk|ghp|xox[abp]|key|tok|secret)_[\w+/=-]{8,}/gi, HIDDEN],
  [/\bAKIA[0-9A-Z]{16}\b/g, HIDDEN],
  [/\b([a-z][a-z+.-]{0,20}:\/\/)[^\s/@:"']{1,200}:[^\s/@"']{1,200}@/gi, `$1${HIDDEN}@`],
  [
    /("?[\w.-]{0,40}(?:password|passwd|secret|token|api[_-]?key|authorization|cookie|credential|private[_-]?key|signature|session)[\w.-]{0,40}"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|[^\s,;&}]+)/gi,
    `$1${HIDDEN}`,
  ],
  [/[\w.+-]{1,64}@([\w-]{1,63}\.[\w.-]{1,200})/g, `${HIDDEN}@$1`],
];

/**
 * What is kept of an endpoint's answer, for whoever looks for a fault: its beginning, without what looks like a secret or a person's
 * address. Secrets are taken out before it is cut, so that no half of one is left at the end.
 *
 * @param body the beginning of the answer; more than eight times what is kept is not looked at.
 */
export function excerptOf(
  body: Buffer,
  contentType: string | undefined,
  known: readonly string[] = [],
): string | null {
  if (body.byteLength === 0) return null;
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "" && !/^text\/|json|xml|x-www-form-urlencoded/.test(type))
    return `(${body.byteLength} bytes of ${type.replace(/[^\w./+-]/g, "?").slice(0, 60)})`;
  let text = body.subarray(0, 8 * LENGTH).toString("utf8");
  for (const secret of known) if (secret.length >= 8) text = text.replaceAll(secret, HIDDEN);
  for (const [pattern, replacement] of SECRETS) text = text.replace(pattern, replacement);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  text = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "�");
  return text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text;
}
