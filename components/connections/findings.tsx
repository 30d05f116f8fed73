import { Callout } from "#components/ui/callout.tsx";
import type { Finding } from "#lib/drivers/reading-port.ts";
import type { IntakeWords } from "./intake-words.ts";

const TONES = { error: "negative", warning: "caution", note: "neutral" } as const;
const ORDER = ["error", "warning", "note"] as const;

/** What there is to know of a provider's description, the gravest first, each with its mend. */
export function Findings({ findings, words }: { findings: readonly Finding[]; words: IntakeWords }) {
  const sorted = ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  return sorted.map((finding) => {
    const { message, mend } = words.finding(finding);
    return (
      <Callout key={finding.code + message} tone={TONES[finding.severity]} title={message}>
        {mend}
      </Callout>
    );
  });
}
