import type { Metadata } from "next";
import { AddRule } from "#components/allowlist/allowlist-actions.tsx";
import { BoundaryPicture } from "#components/allowlist/boundary-picture.tsx";
import { CapabilityList } from "#components/allowlist/capabilities/capability-list.tsx";
import { ExportAllowlist } from "#components/allowlist/export-allowlist.tsx";
import { RulesTable } from "#components/allowlist/rules-table.tsx";
import { SetChoices } from "#components/allowlist/set-choices.tsx";
import { PinsCard } from "#components/allowlist/sets/pins-card.tsx";
import { BasketBar } from "#components/change-requests/basket-bar.tsx";
import { getBoundary, listRules } from "#lib/allowlist/queries.ts";
import { RULE_LIST } from "#lib/allowlist/schema.ts";
import { listPins, listSetChoices } from "#lib/allowlist/sets/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listCapabilities } from "#lib/change-requests/capabilities/queries.ts";
import { getBasket } from "#lib/change-requests/queries.ts";
import { OFFERED_FORMATS } from "#lib/exports/offered.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Allowlist" };

export default async function AllowlistPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/allowlist">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, RULE_LIST);
  const [boundary, page, basket, sets, capabilities, pins] = await orNotFound(() =>
    Promise.all([
      getBoundary(actor, deploymentId),
      listRules(actor, deploymentId, query),
      getBasket(actor, deploymentId),
      listSetChoices(actor, deploymentId),
      listCapabilities(actor, deploymentId),
      listPins(actor, deploymentId),
    ]),
  );
  const { mode, archived } = boundary.deployment;
  const isEmpty = boundary.rules.open + boundary.rules.expired === 0;
  const canAdd = actor.can("change_request.draft") && !archived;
  const add = canAdd && <AddRule deploymentId={deploymentId} />;
  return (
    <SetChoices value={sets}>
      <div className="grid gap-5">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <p className="max-w-2xl text-muted text-sm">
            Deny by default. What stands here may pass this deployment's boundary, and why.
          </p>
          <div className="flex flex-wrap items-center gap-2">
            {actor.can("allowlist.export") && (
              <ExportAllowlist deploymentId={deploymentId} formats={OFFERED_FORMATS} />
            )}
            {!isEmpty && add}
          </div>
        </div>
        <BasketBar deploymentId={deploymentId} basket={basket} />
        <BoundaryPicture boundary={boundary} />
        <CapabilityList deploymentId={deploymentId} rows={capabilities} may={canAdd} />
        <RulesTable
          page={page}
          may={{
            change: canAdd,
            expire: actor.can("allowlist.expire_rule") && !archived,
            retire: canAdd,
          }}
          emptyWords={
            mode === "air_gapped"
              ? "Behind an air gap that is as it should be: sign-in is local, and bundles are carried by hand."
              : "A capability above brings the rules that it needs, and nothing else."
          }
          begin={add || undefined}
        />
        <PinsCard deploymentId={deploymentId} pins={pins} mayDraft={canAdd} />
      </div>
    </SetChoices>
  );
}
