import type { Metadata } from "next";
import { TakeFormat } from "#components/allowlist/export-allowlist.tsx";
import { DescribeRequest } from "#components/change-requests/describe-request.tsx";
import { RequestActions } from "#components/change-requests/request-actions.tsx";
import { RequestChain } from "#components/change-requests/request-chain.tsx";
import { RequestChanges } from "#components/change-requests/request-changes.tsx";
import { RequestComments } from "#components/change-requests/request-comments.tsx";
import { RequestFacts } from "#components/change-requests/request-facts.tsx";
import { RequestSimulation } from "#components/change-requests/request-simulation.tsx";
import { EffectBadge, RequestState } from "#components/change-requests/request-state.tsx";
import { RequestVerification } from "#components/change-requests/request-verification.tsx";
import { PrintButton } from "#components/ui/print-button.tsx";
import { absoluteWords } from "#components/ui/time-words.ts";
import { requireActor } from "#lib/auth/session.ts";
import { deedsOf } from "#lib/change-requests/deeds.ts";
import { getRequest } from "#lib/change-requests/queries.ts";
import { OFFERED_FORMATS } from "#lib/exports/offered.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { systemClock } from "#lib/shared/clock.ts";

export const metadata: Metadata = { title: "Change request" };

export default async function ChangeRequestPage({
  params,
}: PageProps<"/deployments/[deploymentId]/allowlist/requests/[requestId]">) {
  const { deploymentId, requestId } = await params;
  const actor = await requireActor();
  const request = await orNotFound(() => getRequest(actor, deploymentId, requestId));
  const may = deedsOf(actor, request);
  return (
    <div className="grid min-w-0 gap-4">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 gap-1">
          <p className="text-muted text-xs">Change request {request.number}</p>
          <h2 className="font-semibold text-lg [overflow-wrap:anywhere]">{request.title}</h2>
          <span className="flex flex-wrap items-center gap-3">
            <RequestState state={request.state} />
            {request.effect && <EffectBadge effect={request.effect} />}
          </span>
        </div>
        <div className="flex flex-wrap items-center gap-2 print:hidden">
          <PrintButton>Print ticket</PrintButton>
          {request.state === "approved" && !request.stale && actor.can("allowlist.export") && (
            <TakeFormat
              title="Export the list as approved"
              description="The allowlist as it will be once this is applied, for a firewall that has to change first."
              from={`/deployments/${deploymentId}/allowlist/requests/${requestId}/export`}
              formats={OFFERED_FORMATS}
            />
          )}
          {may.edit && <DescribeRequest request={request} />}
          <RequestActions
            request={{ id: request.id, deploymentId, round: request.round, again: request.round > 0 }}
            deeds={may.deeds}
          />
        </div>
      </header>
      <RequestChain request={request} />
      <RequestFacts request={request} />
      <RequestSimulation request={request} />
      <RequestChanges request={request} mayEdit={may.edit} />
      <RequestVerification request={request} mayVerify={may.verify} />
      <RequestComments requestId={request.id} comments={request.comments} mayComment={may.comment} />
      <p className="hidden border-line-strong border-t pt-2 text-muted text-xs print:block">
        {request.id} · printed {absoluteWords(systemClock())} for {actor.name}
      </p>
    </div>
  );
}
