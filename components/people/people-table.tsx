"use client";

import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { Status } from "#components/ui/status.tsx";
import { ROLES } from "#lib/access/permissions.ts";
import type { PersonRow } from "#lib/people/queries.ts";
import { ROLE_WORDS } from "#lib/people/words.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<PersonRow> = [
  { accessorKey: "name", header: "Name", sortable: true, grow: true },
  { accessorKey: "email", header: "E-mail", sortable: true },
  { accessorKey: "role", header: "Role", sortable: true, cell: ({ role }) => ROLE_WORDS[role].name },
  { accessorKey: "customers", header: "Customers", cell: ({ customers }) => customers ?? "All" },
  { accessorKey: "status", header: "Status", cell: statusCell },
  { accessorKey: "secondFactor", header: "Second factor", cell: secondFactorCell },
  { accessorKey: "lastSeenAt", header: "Last seen", kind: "time", sortable: true },
  { accessorKey: "createdAt", header: "Joined", kind: "date", sortable: true, hidden: true },
  { accessorKey: "id", header: "Id", kind: "id", hidden: true },
];

const filters: readonly ListFilter[] = [
  { name: "role", label: "Role", options: ROLES.map((value) => ({ value, label: ROLE_WORDS[value].name })) },
  {
    name: "status",
    label: "Status",
    options: [
      { value: "active", label: "Active" },
      { value: "suspended", label: "Suspended" },
    ],
  },
  {
    name: "secondFactor",
    label: "Second factor",
    options: [
      { value: "on", label: "Set up" },
      { value: "off", label: "None" },
    ],
  },
];

/** The people of this console, a page at a time. */
export function PeopleTable({ page }: { page: Page<PersonRow> }) {
  return (
    <DataTable
      label="People"
      page={page}
      columns={columns}
      rowHref={(row) => `/people/${row.id}`}
      search="Search name or e-mail"
      filters={filters}
      defaultSort="name"
    />
  );
}

function statusCell({ status }: PersonRow) {
  if (status === "suspended") return <Status tone="negative">Suspended</Status>;
  return <Status tone="positive">Active</Status>;
}

function secondFactorCell({ secondFactor }: PersonRow) {
  return secondFactor ? <Status tone="positive">Set up</Status> : <Status tone="neutral">None</Status>;
}
