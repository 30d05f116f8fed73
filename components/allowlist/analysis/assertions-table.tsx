"use client";

import { CircleOff, Scale } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import type { AssertionRow } from "#lib/allowlist/assertions/queries.ts";
import { draftAssertionRetirementAction } from "#lib/change-requests/assertions/actions.ts";
import type { Page } from "#lib/platform/list.ts";
import { PacketLink } from "./packet-link.tsx";
import { RuleLink } from "./rule-link.tsx";

const filters: readonly ListFilter[] = [
  {
    name: "must",
    label: "What has to hold",
    options: [
      { value: "allow", label: "Must allow" },
      { value: "deny", label: "Must deny" },
    ],
  },
];

interface AssertionsTableProps {
  deploymentId: string;
  page: Page<AssertionRow>;
  mayRetire: boolean;
  add?: ReactNode;
}

/** What has to hold of this allowlist, and whether it does. */
export function AssertionsTable({ deploymentId, page, mayRetire, add }: AssertionsTableProps) {
  const [retiring, setRetiring] = useState<AssertionRow | null>(null);
  const columns: Columns<AssertionRow> = [
    {
      accessorKey: "must",
      header: "Must",
      sortable: true,
      cell: ({ must }) => <Badge tone="outline">{must}</Badge>,
    },
    { accessorKey: "text", header: "Traffic" },
    {
      accessorKey: "broken",
      header: "State",
      cell: (row) => <AssertionState deploymentId={deploymentId} row={row} />,
    },
    { accessorKey: "reason", header: "Reason", sortable: true, grow: true },
    { accessorKey: "ownerName", header: "Owner", sortable: "owner" },
    { accessorKey: "createdAt", header: "Added", kind: "date", sortable: "added", hidden: true },
    { accessorKey: "id", header: "ID", kind: "id", hidden: true },
  ];
  return (
    <>
      <DataTable
        label="Assertions"
        page={page}
        columns={columns}
        search="Reason, peer or owner"
        filters={filters}
        defaultSort="added"
        rowActions={
          mayRetire
            ? (row) => [
                { label: "Give up", icon: <CircleOff />, tone: "danger", onSelect: () => setRetiring(row) },
              ]
            : undefined
        }
        empty={
          <EmptyState icon={<Scale />} title="Nothing has to hold yet." action={add}>
            An assertion says what must pass or must not, whatever else changes. A change that would break it
            cannot be proposed.
          </EmptyState>
        }
      />
      {retiring && (
        <ConfirmDialog
          open
          onOpenChange={(next) => !next && setRetiring(null)}
          title="Give up this assertion?"
          description={`Must ${retiring.must}: ${retiring.text}. It goes to your draft, and counts as widening: both sides have to approve.`}
          confirm="Add to draft"
          done="In your draft"
          action={draftAssertionRetirementAction}
          fields={{ assertionId: retiring.id }}
        />
      )}
    </>
  );
}

function AssertionState({
  deploymentId,
  row: { broken, must },
}: {
  deploymentId: string;
  row: AssertionRow;
}) {
  if (!broken) return <Status tone="positive">Holds</Status>;
  return (
    <span className="grid gap-0.5">
      <Status tone="negative">Broken</Status>
      <span className="text-muted text-xs">
        {must === "deny" ? "Passes: " : "Does not pass: "}
        <PacketLink deploymentId={deploymentId} packet={broken.witness} />
        {broken.rule && (
          <>
            {" by "}
            <RuleLink deploymentId={deploymentId} rule={broken.rule} />
          </>
        )}
      </span>
    </span>
  );
}
