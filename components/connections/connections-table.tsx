"use client";

import { Plug } from "lucide-react";
import type { ReactNode } from "react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { ConnectionRow } from "#lib/connections/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { CertificateEnd } from "./certificate-end.tsx";
import { ConnectionState } from "./connection-state.tsx";

const columns: Columns<ConnectionRow> = [
  { accessorKey: "name", header: "Connection", sortable: true, grow: true },
  { accessorKey: "organizationName", header: "Organization", sortable: "organization" },
  { accessorKey: "provider", header: "Provider" },
  {
    accessorKey: "state",
    header: "State",
    sortable: true,
    cell: ({ state }) => <ConnectionState state={state} />,
  },
  { accessorKey: "domains", header: "Domains", kind: "tags" },
  {
    accessorKey: "certificateExpiresAt",
    header: "Certificate",
    sortable: "certificate",
    cell: ({ certificateExpiresAt }) => <CertificateEnd at={certificateExpiresAt} />,
  },
  { accessorKey: "lastSignInAt", header: "Last sign-in", kind: "time", sortable: "lastSignIn" },
  { accessorKey: "failures24h", header: "Failures, 24 h", kind: "number", sortable: "failures" },
  { accessorKey: "environmentName", header: "Environment", hidden: true },
  { accessorKey: "syncedAt", header: "As of", kind: "time", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

interface ConnectionsTableProps {
  deploymentId: string;
  page: Page<ConnectionRow>;
  environments: { id: string; name: string }[];
  actions?: ReactNode;
  /** What there is to begin with where nothing is connected. */
  begin?: ReactNode;
}

/** Who can sign in at a deployment, and through what. */
export function ConnectionsTable({ deploymentId, page, environments, ...more }: ConnectionsTableProps) {
  return (
    <DataTable
      label="Connections"
      page={page}
      columns={columns}
      rowHref={({ id }) => `/deployments/${deploymentId}/connections/${id}`}
      search="Name, organization or domain"
      filters={[...FILTERS, environmentFilter(environments)]}
      defaultSort="name"
      toolbar={more.actions}
      empty={
        <EmptyState icon={<Plug />} title="No connections yet." action={more.begin ?? more.actions}>
          A connection lets this customer’s people sign in with their own identity provider. With a set-up
          link, their IT connects it without you.
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
      { value: "draft", label: "Draft" },
      { value: "inactive", label: "Disabled" },
      { value: "validating", label: "Validating" },
    ],
  },
  {
    name: "certificate",
    label: "Certificate",
    options: [
      { value: "expired", label: "Expired" },
      { value: "expiring", label: "Expires within 30 days" },
      { value: "valid", label: "Valid" },
      { value: "none", label: "None" },
    ],
  },
];

function environmentFilter(environments: { id: string; name: string }[]): ListFilter {
  const options = environments.map(({ id, name }) => ({ value: id, label: name }));
  return { name: "environment", label: "Environment", options };
}
