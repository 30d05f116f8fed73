import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { DirectoryPage, LiveDirectory } from "#lib/directories/queries.ts";
import type { DirectoryDetail, DirectoryToken } from "#lib/drivers/directory-port.ts";
import { EditDirectory } from "./edit-directory.tsx";
import { SourceCards, type SourceRights } from "./source-cards.tsx";
import { RotateToken } from "./token-dialogs.tsx";

interface LiveDirectoryCardsProps {
  live: LiveDirectory;
  directory: DirectoryPage;
  canChange: boolean;
  canRotate: boolean;
  /** What may be done to one that is read from LDAP. */
  may: SourceRights;
}

/** What the environment itself says of a directory right now, or why it says nothing. */
export function LiveDirectoryCards({ live, directory, canChange, canRotate, may }: LiveDirectoryCardsProps) {
  if (live.state === "untold") return <Callout>{live.reason}</Callout>;
  if (live.state === "silent")
    return (
      <Callout tone="caution" title="The environment does not answer.">
        {live.reason} What stands above is as of <Time at={directory.syncedAt} />.
      </Callout>
    );
  const { detail } = live;
  return (
    <>
      {detail.source && <SourceCards detail={detail} source={detail.source} may={may} />}
      {detail.endpoint && <Endpoint detail={detail} canRotate={canRotate} />}
      <Card title="What becomes of its people" actions={canChange && <EditDirectory detail={detail} />}>
        <KeyValue
          items={[
            {
              label: "Deactivated people",
              value:
                detail.options.deactivated === "delete"
                  ? "Applications hear that they are gone"
                  : "Applications hear that they are inactive",
            },
            {
              label: "Users and members",
              value: detail.options.provisioning ? "Made from these people" : "Not made from these people",
            },
          ]}
        />
      </Card>
    </>
  );
}

function Endpoint({ detail, canRotate }: { detail: DirectoryDetail; canRotate: boolean }) {
  const { endpoint, tokens, directory } = detail;
  return (
    <Card
      title="Values for the provider"
      description="What its administrators enter on their side. A token itself is shown only when it is made."
      actions={canRotate && <RotateToken directoryId={directory.id} endpoint={endpoint} />}
    >
      <div className="grid gap-4">
        <KeyValue
          items={[
            {
              label: "SCIM endpoint",
              value: (
                <span className="flex items-center gap-1">
                  <code className="min-w-0 text-xs [overflow-wrap:anywhere]">{endpoint}</code>
                  <CopyButton value={endpoint ?? ""} label="SCIM endpoint" />
                </span>
              ),
            },
          ]}
        />
        {tokens.length === 0 ? (
          <p className="text-muted text-sm">No token is good any more. Rotate it to get one.</p>
        ) : (
          <ul className="grid gap-2">
            {tokens.map((token) => (
              <Token key={token.id} token={token} />
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}

function Token({ token }: { token: DirectoryToken }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-md border border-line bg-surface px-3 py-2 text-sm">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <code className="text-xs">…{token.suffix}</code>
        {token.expiresAt ? (
          <Status tone="caution">
            Ends <Time at={token.expiresAt} />
          </Status>
        ) : (
          <Status tone="positive">Current</Status>
        )}
      </span>
      <span className="text-muted text-xs">
        Made <Time at={token.createdAt} />,{" "}
        {token.lastUsedAt ? (
          <>
            last used <Time at={token.lastUsedAt} />
          </>
        ) : (
          "never used"
        )}
      </span>
    </li>
  );
}
