import type { Metadata } from "next";
import { AgainstBar, ChooseDeployment, ChooseTime } from "#components/allowlist/analysis/against-bar.tsx";
import { ComparisonView } from "#components/allowlist/analysis/comparison-view.tsx";
import { ForecastView } from "#components/allowlist/analysis/forecast-view.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { forecastAllowlist } from "#lib/allowlist/analysis/queries.ts";
import { type Against, againstOf } from "#lib/allowlist/analysis/schema.ts";
import { compareAllowlist, listComparable } from "#lib/allowlist/comparison/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { EXPORT_NAMES } from "#lib/exports/offered.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Compare allowlists" };

export default async function ComparePage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/allowlist/compare">) {
  const { deploymentId } = await params;
  const said = await searchParams;
  const actor = await requireActor();
  const against = againstOf(said);
  const base = `/deployments/${deploymentId}/allowlist/compare`;
  const search = typeof said.q === "string" ? said.q.trim().slice(0, 200) : "";
  return (
    <div className="grid min-w-0 gap-5">
      <AgainstBar base={base} against={against} />
      {await orNotFound(() => compared(actor, deploymentId, against, { base, search }))}
    </div>
  );
}

async function compared(
  actor: Actor,
  deploymentId: string,
  against: Against,
  { base, search }: { base: string; search: string },
) {
  if (against.kind === "ahead") {
    const days = await forecastAllowlist(actor, deploymentId, against.days);
    return <ForecastView deploymentId={deploymentId} days={days} horizon={against.days} />;
  }
  if (against.kind === "choose" && against.what === "deployment") {
    const choices = await listComparable(actor, deploymentId, search);
    return <ChooseDeployment base={base} search={search} choices={choices} />;
  }
  if (against.kind === "choose") return <ChooseTime at={null} />;
  const comparison = await compareAllowlist(actor, deploymentId, against);
  return (
    <>
      {against.kind === "past" && <ChooseTime at={against.at} />}
      <ComparisonView deploymentId={deploymentId} of={comparison} formats={EXPORT_NAMES} />
    </>
  );
}
