import { Callout } from "#components/ui/callout.tsx";
import type { Finding } from "#lib/allowlist/sets/schema.ts";

/** What the gates said of a list. */
export function FindingList({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  const meant = findings.find((finding) => finding.meant !== undefined)?.meant;
  return (
    <Callout
      tone={meant === undefined ? "negative" : "caution"}
      title={meant === undefined ? "Why it was refused" : "It differs by more than a feed may"}
    >
      <ul className="grid gap-1">
        {findings.map(({ code, sentence }) => (
          <li key={`${code} ${sentence}`}>{sentence}</li>
        ))}
      </ul>
      {meant !== undefined && <p className="mt-1.5">That is meant: “{meant}”</p>}
    </Callout>
  );
}
