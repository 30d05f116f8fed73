import type { Route } from "next";
import Link from "next/link";
import type { RuleLabel } from "#lib/allowlist/analysis/labels.ts";

/** A rule by what it lets pass, leading to its line of the table. */
export function RuleLink({ deploymentId, rule }: { deploymentId: string; rule: RuleLabel }) {
  return (
    <Link
      href={`/deployments/${deploymentId}/allowlist?q=${rule.id}` as Route}
      title={rule.purpose}
      className="text-accent [overflow-wrap:anywhere] hover:underline"
    >
      {rule.text}
    </Link>
  );
}
