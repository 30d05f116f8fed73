import { Status } from "#components/ui/status.tsx";
import type { DomainVerdict } from "#lib/drivers/domain-port.ts";
import { DOMAIN_STATES, VERDICTS } from "./domain-words.ts";

/** How a domain stands. */
export function DomainState({ state }: { state: string }) {
  const { tone, word } = DOMAIN_STATES[state] ?? { tone: "neutral" as const, word: state };
  return <Status tone={tone}>{word}</Status>;
}

/** What was found when its record was last looked for. */
export function DomainFound({ verdict }: { verdict: string }) {
  if (!Object.hasOwn(VERDICTS, verdict)) return <Status tone="neutral">Not looked for</Status>;
  const { tone, word } = VERDICTS[verdict as DomainVerdict];
  return <Status tone={tone}>{word}</Status>;
}
