import type { Route } from "next";
import { LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { RequestView } from "#lib/change-requests/queries.ts";
import { VerifyForms } from "./verify-forms.tsx";

/** Whether the site does what the list says: how it was found out, or the ways to find out. */
export function RequestVerification({ request, mayVerify }: { request: RequestView; mayVerify: boolean }) {
  const { verification, deploymentId, state } = request;
  if (state !== "applied" && !verification) return null;
  return (
    <Card title="On site" description={verification ? undefined : "The list says so. Does the firewall?"}>
      {verification ? (
        <div className="grid gap-2 text-sm">
          {verification.by === "doctor" ? (
            <p>
              The doctor ran on {verification.machine} <Time at={verification.ranAt} show="absolute" />, and
              tried {verification.checks === 1 ? "1 check" : `${verification.checks} checks`} of these rules.
              None failed.
            </p>
          ) : (
            <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{verification.note}</p>
          )}
          <p className="text-muted text-xs">
            Recorded by {verification.personName}
            {verification.by === "doctor" && (
              <LinkButton
                variant="ghost"
                size="sm"
                href={`/deployments/${deploymentId}/doctor/${verification.reportId}` as Route}
                className="ml-2 print:hidden"
              >
                The report
              </LinkButton>
            )}
          </p>
        </div>
      ) : mayVerify ? (
        <VerifyForms requestId={request.id} />
      ) : (
        <p className="text-muted text-sm">Nobody has verified it yet.</p>
      )}
    </Card>
  );
}
