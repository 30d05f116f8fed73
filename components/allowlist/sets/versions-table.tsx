"use client";

import { Badge } from "#components/ui/badge.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { VersionRow } from "#lib/allowlist/sets/versions/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { differenceWords, INTAKE_WORDS, VERSION_STATE_WORDS } from "./words.ts";

const columns: Columns<VersionRow> = [
  { accessorKey: "number", header: "Version", sortable: true, cell: ({ number }) => `Version ${number}` },
  { accessorKey: "state", header: "State", cell: stateCell },
  { accessorKey: "networks", header: "Networks", kind: "number" },
  { accessorKey: "added", header: "Difference", cell: differenceCell },
  { accessorKey: "intake", header: "From", grow: true, cell: sourceCell },
  { accessorKey: "proposedBy", header: "Brought by", sortable: "by" },
  { accessorKey: "decidedBy", header: "Decided by" },
  { accessorKey: "proposedAt", header: "Brought", kind: "time" },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

const FILTERS: readonly ListFilter[] = [
  {
    name: "state",
    label: "State",
    options: Object.entries(VERSION_STATE_WORDS).map(([value, { word }]) => ({ value, label: word })),
  },
  {
    name: "intake",
    label: "From",
    options: Object.entries(INTAKE_WORDS).map(([value, label]) => ({ value, label })),
  },
];

/** The versions of a set, newest first; what the gates refused is among them. */
export function VersionsTable({ slug, page }: { slug: string; page: Page<VersionRow> }) {
  return (
    <DataTable
      label="Versions"
      name="versions"
      page={page}
      columns={columns}
      rowHref={({ number }) => `/allowlists/sets/${slug}/versions/${number}`}
      search="Number, file, person or SHA-256"
      filters={FILTERS}
      defaultSort="-number"
      empty={
        <EmptyState title="No version yet.">
          Bring its networks: by text, as a file, or from an address. Until one is accepted no rule can name
          the set.
        </EmptyState>
      }
    />
  );
}

function stateCell({ state }: VersionRow) {
  const { word, tone } = VERSION_STATE_WORDS[state];
  return <Badge tone={tone}>{word}</Badge>;
}

function differenceCell({ state, added, removed }: VersionRow) {
  return state === "refused" && added + removed === 0 ? null : (
    <span className="tabular-nums">{differenceWords(added, removed)}</span>
  );
}

function sourceCell({ intake, sourceName }: VersionRow) {
  return (
    <span className="block max-w-80 truncate" title={sourceName}>
      {INTAKE_WORDS[intake]} {sourceName && <span className="text-muted">{sourceName}</span>}
    </span>
  );
}
