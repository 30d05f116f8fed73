"use client";

import { KeyRound, Plus } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { KeyRow } from "#lib/api-keys/queries.ts";
import type { EnvironmentRow } from "#lib/environments/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { KeyMenu } from "./key-menu.tsx";

const columns: Columns<KeyRow> = [
  { accessorKey: "name", header: "Name", sortable: true, grow: true, cell: nameCell },
  { accessorKey: "state", header: "State", cell: stateCell },
  { accessorKey: "hint", header: "Key", kind: "mono" },
  { accessorKey: "lastUsedAt", header: "Last used", sortable: "lastUsed", cell: lastUsedCell },
  { accessorKey: "expiresAt", header: "Expires", sortable: "expires", cell: expiresCell },
  { accessorKey: "createdAt", header: "Created", kind: "date", sortable: "created" },
];

interface KeysCardProps {
  environment: Pick<EnvironmentRow, "id" | "whyNoKeys" | "state">;
  page: Page<KeyRow>;
  /** Whether there is enough to search in. */
  long: boolean;
  canCreate: boolean;
}

/** The API keys of an environment: which there are, when each was last used, and when it ends. */
export function KeysCard({ environment, page, long, canCreate }: KeysCardProps) {
  const { whyNoKeys } = environment;
  const changeable = canCreate && !whyNoKeys;
  const create = changeable && environment.state !== "provisioning" && (
    <CreateKeyDialog
      environmentId={environment.id}
      trigger={
        <Button size="sm" icon={<Plus />}>
          New key
        </Button>
      }
    />
  );
  return (
    <Card
      title="API keys"
      description="The vendor's application signs its calls with one. Only its last characters are kept here."
      actions={create}
      footer={whyNoKeys ?? undefined}
      flush
    >
      <DataTable
        inCard
        name="keys"
        label="API keys"
        page={page}
        columns={columns}
        {...(long ? { search: "Search name or last characters", filters: FILTERS } : {})}
        defaultSort="-created"
        rowMenu={(row) => <KeyMenu item={row} changeable={changeable} />}
        empty={
          <EmptyState icon={<KeyRound />} title="No keys yet.">
            The application needs a key to call this environment.
          </EmptyState>
        }
      />
    </Card>
  );
}

const FILTERS: readonly ListFilter[] = [
  {
    name: "state",
    label: "State",
    options: [
      { value: "in_use", label: "In use" },
      { value: "ended", label: "Expired or revoked" },
    ],
  },
];

const STATES: Record<KeyRow["state"], { tone: StatusTone; word: string }> = {
  making: { tone: "caution", word: "Being made" },
  active: { tone: "positive", word: "Active" },
  expiring: { tone: "caution", word: "Expiring" },
  rotating: { tone: "caution", word: "Being replaced" },
  expired: { tone: "negative", word: "Expired" },
  revoked: { tone: "neutral", word: "Revoked" },
};

function nameCell({ name, ofConsole }: KeyRow) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate" title={name}>
        {name}
      </span>
      {ofConsole && <Badge>This console</Badge>}
    </span>
  );
}

function stateCell({ state }: KeyRow) {
  const { tone, word } = STATES[state];
  return <Status tone={tone}>{word}</Status>;
}

function lastUsedCell({ lastUsedAt, ofConsole }: KeyRow) {
  if (lastUsedAt) return <Time at={lastUsedAt} />;
  return <span className="text-faint">{ofConsole ? "By this console" : "Not used yet"}</span>;
}

function expiresCell({ expiresAt }: KeyRow) {
  return expiresAt ? <Time at={expiresAt} show="date" /> : <span className="text-faint">Never</span>;
}
