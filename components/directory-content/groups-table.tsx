"use client";

import { UsersRound } from "lucide-react";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { DirectoryGroup } from "#lib/drivers/directory-content-port.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<DirectoryGroup> = [
  { accessorKey: "name", header: "Name", sortable: true, grow: true },
  { accessorKey: "members", header: "People", kind: "number", sortable: true },
  { accessorKey: "roles", header: "Gives the role", kind: "tags" },
  { accessorKey: "createdAt", header: "Came", kind: "time", sortable: true },
  { accessorKey: "updatedAt", header: "Changed", kind: "time", sortable: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

/** The groups of a directory, as its site has them now. */
export function GroupsTable({ page }: { page: Page<DirectoryGroup> }) {
  return (
    <DataTable
      label="Groups"
      page={page}
      columns={columns}
      search="Search names"
      defaultSort="name"
      empty={
        <EmptyState icon={<UsersRound />} title="No group is in this directory yet.">
          Groups appear here as soon as the provider sends them: at most providers groups are chosen on a page
          of their own.
        </EmptyState>
      }
    />
  );
}
