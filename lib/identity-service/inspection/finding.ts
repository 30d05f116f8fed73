import { FINDINGS, type FindingCode, type Severity } from "./codes.ts";

/**
 * Something an administrator should know about what their identity provider gave them. `code` and `values` are for whoever says it
 * in another language; `message` and `mend` say it in English: what is so, and what to do about it.
 */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly mend: string;
  readonly values: Readonly<Record<string, string>>;
}

export function finding(code: FindingCode, values: Record<string, string | number> = {}): Finding {
  const [severity, message, mend] = FINDINGS[code];
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, shortened(String(value))]),
  );
  return { code, severity, message: fill(message, shown), mend: fill(mend, shown), values: shown };
}

/** What was found in one sentence after the other, for those who are shown no more than a message. */
export function sentenceOf({ message, mend }: Finding): string {
  return mend ? `${message} ${mend}` : message;
}

function fill(template: string, values: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Names and addresses are the other side's: enough to recognise them, not enough to fill a page. */
function shortened(value: string): string {
  return value.length <= 300 ? value : `${value.slice(0, 300)}…`;
}
