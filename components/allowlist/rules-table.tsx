"use client";

import { CircleOff, Pencil, ShieldCheck, TimerOff } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { type Columns, DataTable, type ListFilter, type RowAction } from "#components/ui/data-table.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { expireRuleAction } from "#lib/allowlist/actions.ts";
import type { RuleRow } from "#lib/allowlist/queries.ts";
import { draftRetirementAction, draftRuleChangeAction } from "#lib/change-requests/actions.ts";
import type { Page } from "#lib/platform/list.ts";
import {
  carrierCell,
  directionCell,
  peerCell,
  purposeCell,
  serviceCell,
  stateCell,
  useCell,
} from "./rule-cells.tsx";
import { RuleForm } from "./rule-form-later.ts";
import { CARRIER_WORDS, DIRECTION_WORDS, STATE_WORDS } from "./words.ts";

const columns: Columns<RuleRow> = [
  { accessorKey: "direction", header: "Direction", sortable: true, cell: directionCell },
  { accessorKey: "peer", header: "Peer", sortable: true, cell: peerCell },
  { accessorKey: "ports", header: "Service", sortable: true, cell: serviceCell },
  { accessorKey: "carriedBy", header: "Opened by", cell: carrierCell },
  { accessorKey: "purpose", header: "Purpose", sortable: true, grow: true, cell: purposeCell },
  { accessorKey: "state", header: "State", sortable: "expires", cell: stateCell },
  { accessorKey: "use", header: "Last used", cell: useCell },
  { accessorKey: "ownerName", header: "Owner", sortable: "owner" },
  { accessorKey: "ticket", header: "Ticket" },
  { accessorKey: "packName", header: "Pack", hidden: true },
  { accessorKey: "hosts", header: "Names", kind: "tags", hidden: true },
  { accessorKey: "createdAt", header: "Added", kind: "date", sortable: "created", hidden: true },
  { accessorKey: "id", header: "Id", kind: "id", hidden: true },
];

const options = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

const filters: readonly ListFilter[] = [
  { name: "state", label: "State", options: options(STATE_WORDS) },
  { name: "direction", label: "Direction", options: options(DIRECTION_WORDS) },
  { name: "protocol", label: "Protocol", options: options({ tcp: "TCP", udp: "UDP", icmp: "ICMP" }) },
  { name: "carrier", label: "Opened by", options: options(CARRIER_WORDS) },
];

interface RulesTableProps {
  page: Page<RuleRow>;
  may: { change: boolean; expire: boolean; retire: boolean };
  /** The buttons of the empty list, and why it may be empty. */
  begin?: ReactNode;
  emptyWords: string;
}

type Open = { what: "change" | "expire" | "retire"; rule: RuleRow } | null;

/** The rules of one deployment, a page at a time. */
export function RulesTable({ page, may, begin, emptyWords }: RulesTableProps) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const actions = (rule: RuleRow): RowAction[] => {
    if (rule.state === "retired") return [];
    const inForce = rule.state !== "expired";
    return [
      ...(may.change
        ? [
            {
              label: inForce ? "Change" : "Change or renew",
              icon: <Pencil />,
              onSelect: () => setOpen({ what: "change", rule }),
            },
          ]
        : []),
      ...(may.expire && inForce
        ? [{ label: "Expire now", icon: <TimerOff />, onSelect: () => setOpen({ what: "expire", rule }) }]
        : []),
      ...(may.retire
        ? [
            {
              label: "Retire",
              icon: <CircleOff />,
              tone: "danger" as const,
              onSelect: () => setOpen({ what: "retire", rule }),
            },
          ]
        : []),
    ];
  };
  const hasActions = may.change || may.expire || may.retire;
  return (
    <>
      <DataTable
        label="Rules"
        page={page}
        columns={columns}
        rowActions={hasActions ? actions : undefined}
        search="Peer, purpose, port or ticket"
        filters={filters}
        defaultSort="direction"
        empty={
          <EmptyState icon={<ShieldCheck />} title="Nothing may pass." action={begin}>
            {emptyWords}
          </EmptyState>
        }
      />
      {open && <RuleDialog open={open} onClose={close} />}
    </>
  );
}

function RuleDialog({ open: { what, rule }, onClose }: { open: NonNullable<Open>; onClose: () => void }) {
  const fields = { ruleId: rule.id };
  const onOpenChange = (next: boolean) => !next && onClose();
  if (what === "change") {
    return (
      <Dialog
        open
        onOpenChange={onOpenChange}
        title="Change rule"
        size="lg"
        description="It goes to your draft, and changes nothing until others have approved it."
      >
        <RuleForm
          action={draftRuleChangeAction}
          fields={fields}
          rule={rule}
          submit="Add to draft"
          done="Added to your draft"
          onDone={onClose}
        />
      </Dialog>
    );
  }
  const words = `${DIRECTION_WORDS[rule.direction]} ${rule.protocol} ${rule.ports} ${rule.direction === "egress" ? "to" : "from"} ${rule.peerName}`;
  if (what === "expire") {
    return (
      <ConfirmDialog
        open
        onOpenChange={onOpenChange}
        title="Close this door now?"
        description={`${words}. This is for an emergency: it waits for no approval. The rule stays on the list as expired and is in no export from now on. Opening it again takes a change request.`}
        confirm="Expire now"
        done="Rule expired"
        action={expireRuleAction}
        fields={fields}
      />
    );
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={onOpenChange}
      title="Retire this rule?"
      description={`${words}. It goes to your draft. Once that is approved and applied, the rule closes and leaves the list for good.`}
      confirm="Add to draft"
      done="Added to your draft"
      tone="primary"
      action={draftRetirementAction}
      fields={fields}
    />
  );
}
