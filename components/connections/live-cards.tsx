import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Copy, CopyButton } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import type { LiveConnection } from "#lib/connections/queries.ts";
import { standingOf } from "#lib/revisions/policy.ts";
import type { Revisions } from "#lib/revisions/queries.ts";
import { Certificates } from "./certificates.tsx";
import { EditLdap } from "./edit-ldap.tsx";
import { MappingCard } from "./mapping-card.tsx";
import { type RevisionRights, RevisionsCard } from "./revisions-card.tsx";
import { TracesCard } from "./traces-card.tsx";

/** What the environment itself says of a connection right now, or why it says nothing. */
export function LiveCards({
  live,
  revisions,
  syncedAt,
  may,
}: {
  live: LiveConnection;
  revisions: Revisions;
  syncedAt: Date;
  may: RevisionRights;
}) {
  if (live.state === "untold") return <Callout>{live.reason}</Callout>;
  if (live.state === "silent")
    return (
      <Callout tone="caution" title="The environment does not answer.">
        {live.reason} What stands above is as of <Time at={syncedAt} />.
      </Callout>
    );
  const { detail, traces } = live;
  const { connection, ldap } = detail;
  const draft = revisions.state === "answered" ? standingOf(revisions.revisions).draft : null;
  const drafting = { live: connection.state !== "draft", draft: draft?.number ?? null };
  return (
    <>
      {revisions.state === "answered" && (
        <RevisionsCard
          connectionId={connection.id}
          revisions={revisions.revisions}
          tests={revisions.tests}
          may={may}
        />
      )}
      {detail.toCopy.length > 0 && (
        <Card title="Values for the provider" description="What its administrators enter on their side.">
          <KeyValue
            items={detail.toCopy.map(({ label, value }) => ({
              label,
              value: <ToCopy label={label} value={value} />,
            }))}
          />
        </Card>
      )}
      <Card
        title={ldap ? "The directory" : "What the provider told us"}
        actions={
          may.change &&
          ldap && <EditLdap connectionId={connection.id} ldap={draft?.ldap ?? ldap} drafting={drafting} />
        }
      >
        <div className="grid gap-4">
          <KeyValue items={copied(detail.provider)} />
          {detail.connection.type.endsWith("SAML") && <Certificates certificates={detail.certificates} />}
        </div>
      </Card>
      <MappingCard detail={detail} draft={draft} canChange={may.change} />
      <TracesCard traces={traces} />
    </>
  );
}

/** The button is always there: these values are here to be copied. */
function ToCopy({ label, value }: { label: string; value: string }) {
  return (
    <span className="flex items-center gap-1">
      <code className="min-w-0 text-xs [overflow-wrap:anywhere]">{value}</code>
      <CopyButton value={value} label={label} />
    </span>
  );
}

function copied(values: { label: string; value: string }[]) {
  return values.map(({ label, value }) => ({ label, value: <Copy value={value} label={label} /> }));
}
