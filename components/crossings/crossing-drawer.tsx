import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Copy } from "#components/ui/copy.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import { actionLabel } from "#lib/audit/words.ts";
import type { CrossingDetail } from "#lib/crossings/queries.ts";
import { DIRECTION_WORDS, KIND_WORDS } from "#lib/crossings/words.ts";
import { bytesText } from "#lib/shared/bytes.ts";
import { outcomeCell } from "./crossing-cells.tsx";

interface CrossingDrawerProps {
  crossing: CrossingDetail;
  closeHref: string;
  /** The list with only what belongs to the same. */
  togetherHref: string;
  may: { readAudit: boolean };
}

/** One crossing with everything that is known of it: why it passed or did not, who opened the door, and what it belongs to. */
export function CrossingDrawer({ crossing, closeHref, togetherHref, may }: CrossingDrawerProps) {
  const { behind } = crossing;
  const isGap = crossing.kind === "gap";
  const end = crossing.peerName ?? crossing.peerAddress ?? "nobody named";
  return (
    <Drawer
      title={
        isGap
          ? "Gap in the record"
          : `${KIND_WORDS[crossing.kind]} ${crossing.direction === "egress" ? "to" : "from"} ${end}`
      }
      description={crossing.purpose ?? undefined}
      actions={outcomeCell({ outcome: crossing.outcome, reason: null })}
      closeHref={closeHref}
    >
      <div className="grid gap-5">
        <Part title="Why">
          <KeyValue
            items={[
              { label: "Outcome", value: outcomeCell(crossing) },
              { label: "Rule that decided", value: <Rule crossing={crossing} /> },
              { label: "Opened by", value: <Request crossing={crossing} /> },
            ]}
          />
        </Part>
        <Part title="What passed">
          <KeyValue items={facts(crossing)} />
        </Part>
        <Part title="What it belongs to">
          <KeyValue
            items={[
              {
                label: "Belongs to",
                value: crossing.correlationId && <Copy value={crossing.correlationId} label="id" />,
              },
              ...(behind.together > 1
                ? [
                    {
                      label: "Crossings",
                      value: (
                        <To href={togetherHref}>{behind.together.toLocaleString("en")} belong to the same</To>
                      ),
                    },
                  ]
                : []),
              ...(may.readAudit
                ? behind.events.map((event) => ({
                    label: actionLabel(event.action),
                    value: (
                      <span className="grid">
                        <To href={`/audit?event=${event.id}`}>
                          {event.actorName}
                          {event.targetName && `: ${event.targetName}`}
                        </To>
                        <Time at={event.occurredAt} show="absolute" />
                      </span>
                    ),
                  }))
                : []),
              { label: "Crossing", value: <Copy value={crossing.crossingId} label="crossing id" /> },
            ]}
          />
        </Part>
      </div>
    </Drawer>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-1">
      <h3 className="font-semibold text-sm">{title}</h3>
      {children}
    </section>
  );
}

function To({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href as Route} prefetch={false} className="w-fit rounded-sm text-accent hover:underline">
      {children}
    </Link>
  );
}

function Rule({ crossing: { ruleId, deploymentId, behind } }: { crossing: CrossingDetail }) {
  if (!ruleId) return <span className="text-muted">None: what no rule names does not pass.</span>;
  const state = behind.rule?.retired ? "&state=retired" : "";
  return (
    <span className="grid gap-0.5">
      <To href={`/deployments/${deploymentId}/allowlist?q=${ruleId}${state}`}>
        {behind.rule?.text ?? ruleId}
      </To>
      {behind.rule?.retired && <span className="text-muted text-xs">Retired since</span>}
    </span>
  );
}

function Request({ crossing: { ruleId, deploymentId, behind } }: { crossing: CrossingDetail }) {
  if (!ruleId) return <span className="text-muted">Nobody</span>;
  if (!behind.request)
    return <span className="text-muted">No change request is known to have written it.</span>;
  const { id, number, title, approvedBy } = behind.request;
  return (
    <span className="grid gap-0.5">
      <To href={`/deployments/${deploymentId}/allowlist/requests/${id}`}>
        Change request {number}: {title}
      </To>
      {approvedBy.length > 0 && (
        <span className="text-muted text-xs">Approved by {approvedBy.join(" and ")}</span>
      )}
    </span>
  );
}

function facts(crossing: CrossingDetail) {
  const address = (text: string | null, port: number | null = null) =>
    text && <code className="text-xs">{port === null ? text : `${text} port ${port}`}</code>;
  const request = [crossing.method, crossing.path].filter(Boolean).join(" ");
  return [
    { label: "Began", value: <Time at={crossing.beganAt} show="absolute" /> },
    {
      label: "Ended",
      value: crossing.endedAt ? <Time at={crossing.endedAt} show="absolute" /> : "Still open",
    },
    { label: "Direction", value: DIRECTION_WORDS[crossing.direction] },
    { label: "Other side", value: crossing.peerName && <code className="text-xs">{crossing.peerName}</code> },
    { label: "Address", value: address(crossing.peerAddress, crossing.peerPort) },
    { label: "Client", value: crossing.clientName ?? crossing.clientId },
    { label: "Client's address", value: address(crossing.clientAddress) },
    { label: "Request", value: request && <code className="text-xs">{request}</code> },
    { label: "Status", value: crossing.status },
    { label: "Could not be kept", value: crossing.missing?.toLocaleString("en") ?? null },
    { label: "Bytes in", value: exactBytes(crossing.bytesIn) },
    { label: "Bytes out", value: exactBytes(crossing.bytesOut) },
    {
      label: "Latency",
      value: crossing.latencyMs === null ? null : `${crossing.latencyMs.toLocaleString("en")} ms`,
    },
    { label: "TLS", value: crossing.tlsVersion },
    {
      label: "Certificate",
      value: crossing.certificateSha256 ? (
        <Copy value={crossing.certificateSha256} label="certificate's SHA-256" />
      ) : isHiddenCertificate(crossing) ? (
        "Not visible to the gateway: TLS 1.3 encrypts it"
      ) : null,
    },
    { label: "Gateway", value: crossing.gateway },
    {
      label: "Deployment",
      value: (
        <To href={`/deployments/${crossing.deploymentId}`}>
          {crossing.deploymentName ?? crossing.deploymentId}
        </To>
      ),
    },
    { label: "Environment", value: crossing.environmentName },
  ].filter(({ value }) => value !== null && value !== "");
}

/** A tunnel's certificate is for its two ends; up to TLS 1.2 it passes in the clear. */
function isHiddenCertificate({ direction, kind, tlsVersion }: CrossingDetail): boolean {
  return direction === "egress" && kind === "connection" && tlsVersion === "TLSv1.3";
}

function exactBytes(bytes: number): string {
  return bytes < 1_000 ? `${bytes}` : `${bytes.toLocaleString("en")} (${bytesText(bytes)})`;
}
