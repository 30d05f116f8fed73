"use client";

import { UserCheck } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { RoleOutcome } from "#lib/drivers/directory-content-port.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<RoleOutcome> = [
  { accessorKey: "name", header: "Name", sortable: true, grow: true },
  { accessorKey: "email", header: "E-mail", sortable: true },
  { accessorKey: "before", header: "Roles now", kind: "tags", sortable: true },
  { accessorKey: "after", header: "Roles then", kind: "tags", sortable: true },
  { accessorKey: "gains", header: "What changes", cell: (row) => <Change outcome={row} /> },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

/** Whose roles a draft would change, person by person. */
export function OutcomesTable({
  page,
  roles,
}: {
  page: Page<RoleOutcome>;
  roles: readonly { slug: string; name: string }[];
}) {
  const filters: readonly ListFilter[] = [
    {
      name: "change",
      label: "Change",
      options: [
        { value: "any", label: "Something changes" },
        { value: "loses", label: "Loses a role" },
        { value: "gains", label: "Gets a role" },
        { value: "none", label: "Nothing changes" },
      ],
    },
    { name: "role", label: "Role", options: roles.map(({ slug, name }) => ({ value: slug, label: name })) },
  ];
  return (
    <DataTable
      label="People in the preview"
      page={page}
      columns={columns}
      search="Search names and e-mails"
      filters={filters}
      defaultSort="name"
      empty={
        <EmptyState icon={<UserCheck />} title="Nobody is in this directory yet.">
          Who gets which role is shown here once people have arrived.
        </EmptyState>
      }
    />
  );
}

function Change({ outcome: { before, after, gains, loses } }: { outcome: RoleOutcome }) {
  if (before.join() === after.join()) return <span className="text-faint">Nothing</span>;
  return (
    <span className="flex flex-wrap items-center gap-1">
      {loses.map((role) => (
        <Badge key={role} tone="negative">
          loses {role}
        </Badge>
      ))}
      {gains.map((role) => (
        <Badge key={role} tone="positive">
          gets {role}
        </Badge>
      ))}
      {gains.length + loses.length === 0 && <Badge tone="caution">main role</Badge>}
    </span>
  );
}
