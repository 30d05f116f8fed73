import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Copy, CopyButton } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import type { LiveConnection } from "#lib/connections/queries.ts";
import { Certificates } from "./certificates.tsx";
import { EditLdap } from "./edit-ldap.tsx";
import { MappingCard } from "./mapping-card.tsx";
import { TracesCard } from "./traces-card.tsx";

/** What the environment itself says of a connection right now, or why it says nothing. */
export function LiveCards({
  live,
  syncedAt,
  canChange,
}: {
  live: LiveConnection;
  syncedAt: Date;
  canChange: boolean;
}) {
  if (live.state === "untold") return <Callout>{live.reason}</Callout>;
  if (live.state === "silent")
    return (
      <Callout tone="caution" title="The environment does not answer.">
        {live.reason} What stands above is as of <Time at={syncedAt} />.
      </Callout>
    );
  const { detail, traces } = live;
  return (
    <>
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
        title={detail.ldap ? "The directory" : "What the provider told us"}
        actions={
          canChange && detail.ldap && <EditLdap connectionId={detail.connection.id} ldap={detail.ldap} />
        }
      >
        <div className="grid gap-4">
          <KeyValue items={copied(detail.provider)} />
          {detail.connection.type.endsWith("SAML") && <Certificates certificates={detail.certificates} />}
        </div>
      </Card>
      <MappingCard detail={detail} canChange={canChange} />
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
