import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { RefreshWhile } from "#components/ui/refresh-while.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import { intervalWords } from "#lib/directories/shape.ts";
import type { DirectoryDetail, SyncRun } from "#lib/drivers/directory-port.ts";
import type { LdapSourceSettings } from "#lib/drivers/ldap-port.ts";
import { EditSource } from "./edit-source.tsx";
import { SyncNow } from "./sync-now.tsx";
import { TestDirectory } from "./test-directory.tsx";

export interface SourceRights {
  change: boolean;
  sync: boolean;
  test: boolean;
}

interface SourceCardsProps {
  detail: DirectoryDetail;
  source: NonNullable<DirectoryDetail["source"]>;
  may: SourceRights;
}

/** How a directory is read: from where, how the last sync went, and what can be done about it. */
export function SourceCards({ detail, source, may }: SourceCardsProps) {
  const { directory } = detail;
  return (
    <>
      <Card
        title="Sync"
        actions={
          <>
            {may.test && <TestDirectory directoryId={directory.id} />}
            {may.sync && <SyncNow directoryId={directory.id} />}
          </>
        }
      >
        <div className="grid gap-4">
          {directory.sync?.problem && !isBusy(source.run) && (
            <Callout tone="negative" title="The last sync failed.">
              {directory.sync.problem}
            </Callout>
          )}
          <KeyValue items={runItems(source.run, detail)} />
        </div>
        <RefreshWhile busy={isBusy(source.run)} />
      </Card>
      <Card
        title="Where it is read from"
        actions={may.change && <EditSource directoryId={directory.id} ldap={source.ldap} />}
      >
        <KeyValue items={settingItems(source.ldap)} />
      </Card>
    </>
  );
}

function runItems(run: SyncRun, { directory }: DirectoryDetail) {
  const counts = [
    counted(run.users, "person", "people"),
    counted(run.groups, "group", "groups"),
    `${run.removed.toLocaleString("en")} removed`,
  ].join(", ");
  const kind = run.kind === "full" ? "Everything" : "Changes only";
  return [
    { label: "State", value: <RunState run={run} problem={directory.sync?.problem ?? null} /> },
    ...(run.startedAt
      ? [
          {
            label: run.state === "running" ? "Under way" : "Last run",
            value: (
              <>
                {kind}, begun <Time at={run.startedAt} />: {counts}
              </>
            ),
          },
        ]
      : []),
    {
      label: "Last success",
      value: directory.sync?.lastAt ? <Time at={directory.sync.lastAt} /> : "None yet",
    },
    { label: "Last full sync", value: run.lastFullAt ? <Time at={run.lastFullAt} /> : "None yet" },
    { label: "Next", value: run.nextAt ? <Time at={run.nextAt} /> : "Not before the settings are complete" },
  ];
}

function RunState({ run, problem }: { run: SyncRun; problem: string | null }) {
  if (run.state === "running") return <Status tone="caution">Reading</Status>;
  if (isBusy(run)) return <Status tone="caution">Waits for its turn</Status>;
  if (problem) return <Status tone="negative">Failing</Status>;
  return run.finishedAt ? (
    <Status tone="positive">Up to date</Status>
  ) : (
    <Status tone="neutral">Not read yet</Status>
  );
}

const SOON_MS = 10_000;

/** Whether something is about to change: one that failed waits too, but for the time of its next try. */
function isBusy({ state, nextAt }: SyncRun): boolean {
  return state === "running" || (state === "waiting" && nextAt !== null && +nextAt < Date.now() + SOON_MS);
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

function settingItems(ldap: LdapSourceSettings) {
  const code = (value: string | undefined, label: string) =>
    value ? <Copy value={value} label={label} /> : "";
  return [
    {
      label: "Kind",
      value: ldap.kind === "active_directory" ? "Microsoft Active Directory" : "LDAP directory",
    },
    {
      label: "Servers",
      value: (
        <span className="grid gap-0.5">
          {ldap.servers.map((server) => (
            <Copy key={server} value={server} label="server" />
          ))}
        </span>
      ),
    },
    {
      label: "Trusts",
      value: ldap.caCertificates ? "Its own authority’s certificates" : "What the site’s system trusts",
    },
    { label: "Service account", value: code(ldap.bindDn, "service account") },
    { label: "People beneath", value: code(ldap.baseDn, "base DN") },
    { label: "Groups beneath", value: code(ldap.groupBaseDn ?? ldap.baseDn, "base DN of groups") },
    { label: "Filter for people", value: code(ldap.userFilter, "filter for people") || "By its kind" },
    { label: "Filter for groups", value: code(ldap.groupFilter, "filter for groups") || "By its kind" },
    { label: "Looks for changes", value: intervalWords(ldap.intervalMinutes) },
  ];
}
