import { HealthStatus } from "#components/deployments/health-status.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { DeploymentRow } from "#lib/deployments/queries.ts";
import type { Expiring, ExpiringKind, FailingConnection } from "#lib/overview/queries.ts";
import { LinkList } from "./link-list.tsx";

/** The sites that stand worst, with the first cause. */
export function WorstSites({ rows, total }: { rows: readonly DeploymentRow[]; total: number }) {
  return (
    <LinkList
      title="Sites that need a look"
      total={total}
      allHref="/deployments?health=failing,degraded&sort=health"
      none="No site is failing or degraded."
      rows={rows.map((row) => ({
        id: row.id,
        href: `/deployments/${row.id}`,
        name: row.name,
        hint: row.customerName,
        trail: <HealthStatus {...row} />,
      }))}
    />
  );
}

/** Where people could not sign in during the last day. */
export function FailingConnections({ rows, total }: { rows: readonly FailingConnection[]; total: number }) {
  return (
    <LinkList
      title="Failing connections"
      total={total}
      allHref="/?failing=all"
      none="Nobody was refused by a connection in the last 24 hours."
      rows={rows.map((row) => ({
        id: row.id,
        href: `/deployments/${row.deploymentId}/connections/${row.id}`,
        name: row.name,
        hint: `${row.deploymentName}, ${row.customerName}`,
        trail: (
          <Status tone="negative">
            {row.failures24h === 1 ? "1 failure in 24 h" : `${row.failures24h} failures in 24 h`}
          </Status>
        ),
      }))}
    />
  );
}

const KINDS: Record<ExpiringKind, { words: string; tab: string }> = {
  certificate: { words: "Certificate of", tab: "connections" },
  key: { words: "Key", tab: "environments" },
  rule: { words: "Rule for", tab: "allowlist" },
};

interface ExpiringListProps {
  rows: readonly Expiring[];
  total: number;
  allHref: string;
  now: Date;
}

/** Certificates, keys and rules that end soon or have ended. */
export function ExpiringList({ rows, total, allHref, now }: ExpiringListProps) {
  return (
    <LinkList
      title="Expiring within 30 days"
      total={total}
      allHref={allHref}
      none="No certificate, key or rule ends within 30 days."
      rows={rows.map((row) => {
        const ended = row.expiresAt <= now;
        const { words, tab } = KINDS[row.kind];
        return {
          id: row.id,
          href: `/deployments/${row.deploymentId}/${tab}`,
          name: `${words} ${row.name}`,
          hint: `${row.deploymentName}, ${row.customerName}`,
          trail: (
            <Status tone={ended ? "negative" : "caution"}>
              {ended ? "Expired" : "Expires"} <Time at={row.expiresAt} />
            </Status>
          ),
        };
      })}
    />
  );
}
