import { Suspense } from "react";
import { CertificateEnd } from "#components/connections/certificate-end.tsx";
import { ConnectionMenu } from "#components/connections/connection-menu.tsx";
import { ConnectionState } from "#components/connections/connection-state.tsx";
import { LiveCards } from "#components/connections/live-cards.tsx";
import { TestSignIn } from "#components/connections/test-sign-in.tsx";
import { CardsSkeleton } from "#components/environments/cards-skeleton.tsx";
import { Card } from "#components/ui/card.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import { type ConnectionPage, getConnection, readLiveConnection } from "#lib/connections/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { readRevisions } from "#lib/revisions/queries.ts";

export default async function ConnectionDetailPage({
  params,
}: PageProps<"/deployments/[deploymentId]/connections/[connectionId]">) {
  const { deploymentId, connectionId } = await params;
  const actor = await requireActor();
  const connection = await orNotFound(() => getConnection(actor, deploymentId, connectionId));
  return (
    <div className="grid min-w-0 gap-4">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="font-semibold text-lg [overflow-wrap:anywhere]">{connection.name}</h2>
          <ConnectionState state={connection.state} />
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <ConnectionMenu
            connection={connection}
            canChange={actor.can("connection.change")}
            canRemove={actor.can("connection.remove")}
          />
          {/* A draft is tested where it stands, below. */}
          {actor.can("connection.test") && !connection.whyNoTests && connection.state !== "draft" && (
            <TestSignIn connectionId={connection.id} />
          )}
        </div>
      </header>
      <Facts connection={connection} />
      <Suspense fallback={<CardsSkeleton label="Asking the environment" />}>
        <Live actor={actor} connection={connection} />
      </Suspense>
    </div>
  );
}

/** Asked of the site itself, so it may take a while or fail without taking the page with it. */
async function Live({ actor, connection }: { actor: Actor; connection: ConnectionPage }) {
  const [live, revisions] = await Promise.all([
    readLiveConnection(actor, connection.id),
    readRevisions(actor, connection.id),
  ]);
  const may = { change: actor.can("connection.change"), test: actor.can("connection.test") };
  return <LiveCards live={live} revisions={revisions} syncedAt={connection.syncedAt} may={may} />;
}

function Facts({ connection }: { connection: ConnectionPage }) {
  const { organizationName, organizationId, provider, domains, environmentName } = connection;
  const { certificateExpiresAt, lastSignInAt } = connection;
  return (
    <Card title="At a glance">
      <KeyValue
        items={[
          { label: "Organization", value: organizationName },
          { label: "Provider", value: provider },
          { label: "Email domains", value: domains.join(", ") },
          { label: "Environment", value: environmentName },
          { label: "Certificate ends", value: <CertificateEnd at={certificateExpiresAt} /> },
          { label: "Last sign-in", value: lastSignInAt ? <Time at={lastSignInAt} /> : "Never" },
          { label: "Failures in 24 hours", value: String(connection.failures24h) },
          {
            label: "Organization ID",
            value: organizationId ? <Copy value={organizationId} label="organization ID" /> : "None",
          },
          { label: "Connection ID", value: <Copy value={connection.id} label="connection ID" /> },
        ]}
      />
    </Card>
  );
}
