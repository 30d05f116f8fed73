"use client";

import { Users } from "lucide-react";
import type { ReactNode } from "react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { DirectoryRow } from "#lib/directories/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { DirectoryState } from "./directory-state.tsx";
import { PeopleCount } from "./people-count.tsx";

const columns: Columns<DirectoryRow> = [
  { accessorKey: "name", header: "Directory", sortable: true, grow: true },
  { accessorKey: "organizationName", header: "Organization", sortable: "organization" },
  { accessorKey: "provider", header: "Provider" },
  {
    accessorKey: "state",
    header: "State",
    sortable: true,
    cell: (row) => <DirectoryState {...row} />,
  },
  {
    accessorKey: "usersActive",
    header: "People",
    kind: "number",
    sortable: "users",
    cell: (row) => <PeopleCount {...row} />,
  },
  { accessorKey: "groupCount", header: "Groups", kind: "number", sortable: "groups" },
  { accessorKey: "lastSyncAt", header: "Last sync", kind: "time", sortable: "lastSync" },
  { accessorKey: "problem", header: "Problem", hidden: true },
  { accessorKey: "environmentName", header: "Environment", hidden: true },
  { accessorKey: "syncedAt", header: "As of", kind: "time", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

interface DirectoriesTableProps {
  deploymentId: string;
  page: Page<DirectoryRow>;
  environments: { id: string; name: string }[];
  actions?: ReactNode;
  /** What there is to begin with where nothing is connected. */
  begin?: ReactNode;
}

/** Who is synced at a deployment, and from where. */
export function DirectoriesTable({ deploymentId, page, environments, ...more }: DirectoriesTableProps) {
  return (
    <DataTable
      label="Directories"
      page={page}
      columns={columns}
      rowHref={({ id }) => `/deployments/${deploymentId}/directories/${id}`}
      search="Name, organization or provider"
      filters={[...FILTERS, environmentFilter(environments)]}
      defaultSort="name"
      toolbar={more.actions}
      empty={
        <EmptyState icon={<Users />} title="No directories yet." action={more.begin ?? more.actions}>
          A directory keeps this customer’s people and groups in step: whoever joins, moves or leaves there
          does so here.
        </EmptyState>
      }
    />
  );
}

const FILTERS: readonly ListFilter[] = [
  {
    name: "state",
    label: "State",
    options: [
      { value: "active", label: "Active" },
      { value: "inactive", label: "Not heard from yet" },
      { value: "validating", label: "Validating" },
      { value: "invalid_credentials", label: "Credentials refused" },
    ],
  },
  {
    name: "sync",
    label: "Last sync",
    options: [
      { value: "failing", label: "Failing" },
      { value: "day", label: "Within a day" },
      { value: "older", label: "Longer ago" },
      { value: "never", label: "Never" },
    ],
  },
];

function environmentFilter(environments: { id: string; name: string }[]): ListFilter {
  const options = environments.map(({ id, name }) => ({ value: id, label: name }));
  return { name: "environment", label: "Environment", options };
}
