import type { Route } from "next";
import Link from "next/link";
import { Time } from "#components/ui/time.tsx";
import type { RedirectUriProof } from "#lib/doctor/queries.ts";
import { OutcomeMark } from "./outcome.tsx";

const WORDS = {
  passed: "Proven inside",
  warning: "Answers, with a warning",
  failed: "Does not answer inside",
  skipped: "Cannot be proven",
} as const;

/** Whether a redirect URI was seen to answer inside the network of its site: by which run, from where and when. */
export function ProofOfUri({
  proof,
  deploymentId,
}: {
  proof: RedirectUriProof | undefined;
  deploymentId: string;
}) {
  if (!proof) return <OutcomeMark outcome="skipped" word="Not proven yet" />;
  const { outcome, found, machine, ranAt, reportId } = proof;
  return (
    <span
      className="inline-flex items-center gap-2.5 whitespace-nowrap align-middle"
      title={`${found}, seen from ${machine}`}
    >
      <OutcomeMark outcome={outcome} word={WORDS[outcome]} />
      <Link
        href={`/deployments/${deploymentId}/doctor/${reportId}` as Route}
        className="text-muted text-xs hover:text-ink"
      >
        <Time at={ranAt} /> from {machine}
      </Link>
    </span>
  );
}
