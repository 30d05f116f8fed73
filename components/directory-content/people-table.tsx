"use client";

import { Users } from "lucide-react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { DirectoryPerson, PersonState } from "#lib/drivers/directory-content-port.ts";
import type { Page } from "#lib/platform/list.ts";

const STATES: Record<PersonState, { tone: StatusTone; word: string }> = {
  active: { tone: "positive", word: "Active" },
  suspended: { tone: "caution", word: "Suspended" },
  inactive: { tone: "neutral", word: "Inactive" },
};

type Row = DirectoryPerson & { groupNames: string[] };

const columns: Columns<Row> = [
  { accessorKey: "name", header: "Name", sortable: true, grow: true, cell: (row) => named(row) },
  { accessorKey: "email", header: "E-mail", sortable: true },
  {
    accessorKey: "state",
    header: "State",
    sortable: true,
    cell: ({ state }) => <Status tone={STATES[state].tone}>{STATES[state].word}</Status>,
  },
  { accessorKey: "roles", header: "Roles", kind: "tags", sortable: "role" },
  { accessorKey: "groupNames", header: "Groups", kind: "tags" },
  { accessorKey: "createdAt", header: "Came", kind: "time", sortable: true },
  { accessorKey: "updatedAt", header: "Changed", kind: "time", sortable: true },
  { accessorKey: "username", header: "User name", kind: "mono", hidden: true },
  { accessorKey: "jobTitle", header: "Job title", hidden: true },
  { accessorKey: "groupCount", header: "Number of groups", kind: "number", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

const FILTERS: readonly ListFilter[] = [
  {
    name: "state",
    label: "State",
    options: Object.entries(STATES).map(([value, { word }]) => ({ value, label: word })),
  },
];

/** The people of a directory, as its site has them now. */
export function PeopleTable({ page }: { page: Page<DirectoryPerson> }) {
  const rows = page.rows.map((row) => ({ ...row, groupNames: row.groups.map(({ name }) => name) }));
  return (
    <DataTable
      label="People"
      page={{ ...page, rows }}
      columns={columns}
      search="Search names and e-mails"
      filters={FILTERS}
      defaultSort="name"
      empty={
        <EmptyState icon={<Users />} title="Nobody is in this directory yet.">
          People appear here as soon as the provider sends them, or the directory has been read.
        </EmptyState>
      }
    />
  );
}

function named({ name, username, email }: Row): string {
  return name || username || email;
}
