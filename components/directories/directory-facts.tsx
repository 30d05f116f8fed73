import { Card } from "#components/ui/card.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import type { DirectoryPage } from "#lib/directories/queries.ts";

/** What the console knows of a directory without asking its site. */
export function DirectoryFacts({ directory }: { directory: DirectoryPage }) {
  const { organizationId, usersActive, usersInactive, groupCount, lastSyncAt } = directory;
  return (
    <Card title="At a glance">
      <KeyValue
        items={[
          { label: "Organization", value: directory.organizationName },
          { label: "Provider", value: directory.provider },
          { label: "Environment", value: directory.environmentName },
          { label: "Active people", value: counted(usersActive) },
          { label: "Other people", value: counted(usersInactive) },
          { label: "Groups", value: counted(groupCount) },
          { label: "Last sync", value: lastSyncAt ? <Time at={lastSyncAt} /> : "Never" },
          {
            label: "Organization ID",
            value: organizationId ? <Copy value={organizationId} label="organization ID" /> : "None",
          },
          { label: "Directory ID", value: <Copy value={directory.id} label="directory ID" /> },
          { label: "As of", value: <Time at={directory.syncedAt} /> },
        ]}
      />
    </Card>
  );
}

function counted(count: number | null): string {
  return count === null ? "Not told" : count.toLocaleString("en");
}
