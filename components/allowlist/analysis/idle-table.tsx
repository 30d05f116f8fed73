"use client";

import { ListChecks } from "lucide-react";
import { Card } from "#components/ui/card.tsx";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { dateWords } from "#components/ui/time-words.ts";
import type { Idle, IdleRow } from "#lib/allowlist/analysis/queries.ts";
import { RuleLink } from "./rule-link.tsx";

/** The rules that could go without closing anything, each with those by which the same passes. */
export function IdleTable({ deploymentId, idle }: { deploymentId: string; idle: Idle }) {
  const { page, needed } = idle;
  const columns: Columns<IdleRow> = [
    {
      accessorKey: "rule",
      header: "Rule",
      grow: true,
      cell: ({ rule }) => <RuleLink deploymentId={deploymentId} rule={rule} />,
    },
    {
      accessorKey: "by",
      header: "The same passes by",
      cell: ({ by, moreBy }) => (
        <ul className="grid gap-0.5">
          {by.map((rule) => (
            <li key={rule.id}>
              <RuleLink deploymentId={deploymentId} rule={rule} />
            </li>
          ))}
          {moreBy > 0 && <li className="text-muted text-xs">and {moreBy} more</li>}
        </ul>
      ),
    },
    {
      accessorKey: "neededFrom",
      header: "Needed after all",
      cell: ({ neededFrom }) => (neededFrom ? `from ${dateWords(neededFrom)}` : ""),
    },
  ];
  return (
    <Card
      title="Rules that open nothing of their own"
      description={
        page.total === 0
          ? undefined
          : `${page.total.toLocaleString("en")} of ${(page.total + needed).toLocaleString("en")} rules in force. Each could go by itself and nothing would close; two at once might.`
      }
      flush
    >
      <DataTable
        inCard
        label="Rules that open nothing of their own"
        page={page}
        columns={columns}
        empty={
          <EmptyState
            icon={<ListChecks />}
            title={needed === 0 ? "No rule is in force." : "Every rule is needed."}
          >
            {needed === 0
              ? "Once rules are in force, those that open nothing of their own are named here."
              : "Each of them lets something pass that no other does."}
          </EmptyState>
        }
      />
    </Card>
  );
}
