import type { Route } from "next";
import Link from "next/link";
import { Card } from "#components/ui/card.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import type { RequestView } from "#lib/change-requests/queries.ts";
import { SIDE_WORDS } from "#lib/change-requests/words.ts";

/** Why it is made, for which site, and who said what about it. */
export function RequestFacts({ request }: { request: RequestView }) {
  const { deployment, customer, reason, ticket, expiresAt, rollbackOf, rollbacks, whyNoApproval } = request;
  const link = ({ id, number, title }: { id: string; number: number; title: string }) => (
    <Link
      key={id}
      href={`/deployments/${deployment.id}/allowlist/requests/${id}` as Route}
      className="block text-accent hover:underline"
    >
      {number} {title}
    </Link>
  );
  const items = [
    { label: "Reason", value: reason && <span className="whitespace-pre-wrap">{reason}</span> },
    { label: "Deployment", value: `${deployment.name}, ${customer.name}` },
    { label: "Ticket", value: ticket },
    ...(expiresAt ? [{ label: "Apply by", value: <Time at={expiresAt} show="absolute" /> }] : []),
    ...(rollbackOf ? [{ label: "Takes back", value: link(rollbackOf) }] : []),
    ...(rollbacks.length > 0 ? [{ label: "Taken back by", value: rollbacks.map(link) }] : []),
    ...request.approvals.map((approval) => ({
      label: `Word of ${SIDE_WORDS[approval.side]}`,
      value: (
        <span className="grid gap-0.5">
          <span>
            {approval.consentOf
              ? `${approval.consentOf} agreed: ${approval.consentHow}. Written down by ${approval.personName}`
              : `${approval.personName} approved`}{" "}
            <Time at={approval.createdAt} show="absolute" />
            {approval.round !== request.round && (
              <span className="text-caution"> (void: simulated again since)</span>
            )}
          </span>
          {approval.comment && <span className="whitespace-pre-wrap text-muted">{approval.comment}</span>}
        </span>
      ),
    })),
    ...(request.state === "proposed" && whyNoApproval ? [{ label: "Your word", value: whyNoApproval }] : []),
  ];
  return (
    <Card title="Why">
      <KeyValue items={items} />
      {/* What only a reader of the screen can act on is no part of the ticket. */}
      {request.state === "proposed" && (
        <p className="border-line border-t pt-2 text-muted text-xs print:hidden">
          {request.remindedAt && (
            <>
              Reminded last <Time at={request.remindedAt} />.{" "}
            </>
          )}
          Reminders come every two days, in the audit log and on the Overview of whoever can decide. No mail
          is sent.
        </p>
      )}
    </Card>
  );
}
