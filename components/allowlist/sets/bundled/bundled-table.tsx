"use client";

import type { Route } from "next";
import Link from "next/link";
import { Badge, type BadgeTone } from "#components/ui/badge.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Time } from "#components/ui/time.tsx";
import type { BundledRow } from "#lib/allowlist/sets/bundled/queries.ts";
import type { CustomerChoice } from "#lib/customers/shape.ts";
import type { Page } from "#lib/platform/list.ts";
import { differenceWords, networksWords } from "../words.ts";
import { BringEntry } from "./bring-entry.tsx";

const FILTERS: readonly ListFilter[] = [
  {
    name: "outcome",
    label: "Brought",
    options: [
      { value: "none", label: "Not yet" },
      { value: "proposed", label: "Proposed" },
      { value: "refused", label: "Refused by the gates" },
      { value: "unchanged", label: "Nothing new" },
    ],
  },
];

const OUTCOMES: Record<string, { word: string; tone: BadgeTone }> = {
  proposed: { word: "Proposed", tone: "caution" },
  refused: { word: "Refused by the gates", tone: "negative" },
  unchanged: { word: "Nothing new", tone: "positive" },
};

interface BundledTableProps {
  bundleId: string;
  page: Page<BundledRow>;
  customers: readonly CustomerChoice[];
  /** Whether this actor brings lists; and whether anything of the bundle may still be brought. */
  may: { bring: boolean; make: boolean };
}

/** The lists in a bundle, each beside what is known here by its name. */
export function BundledTable({ bundleId, page, customers, may }: BundledTableProps) {
  const columns: Columns<BundledRow> = [
    { accessorKey: "title", header: "Set", sortable: true, grow: true, cell: titleCell },
    { accessorKey: "version", header: "In the bundle", cell: theirsCell },
    { accessorKey: "here", header: "Known here", cell: hereCell },
    { accessorKey: "added", header: "Difference", cell: differenceCell },
    {
      accessorKey: "outcome",
      header: "Brought",
      cell: (row) => <Came row={row} bundleId={bundleId} customers={customers} may={may} />,
    },
    { accessorKey: "broughtByName", header: "By", hidden: true },
  ];
  return (
    <DataTable
      label="Lists in this bundle"
      name="lists"
      page={page}
      columns={columns}
      search="Name"
      filters={FILTERS}
      defaultSort="title"
      empty={<EmptyState title="There is no list in this bundle.">It holds something else.</EmptyState>}
    />
  );
}

function titleCell({ title, slug }: BundledRow) {
  return (
    <span className="grid min-w-36 py-1.5">
      <span className="truncate">{title}</span>
      <code className="truncate text-muted text-xs">{slug}</code>
    </span>
  );
}

function theirsCell({ version, networks, checkedOn }: BundledRow) {
  if (version === null) return <span className="text-faint">Cannot be read</span>;
  return (
    <span className="grid py-1.5">
      <span>
        Version {version}, {networksWords(networks)}
      </span>
      {checkedOn !== null && (
        <span className="text-muted text-xs">
          Known to be so on <Time at={new Date(checkedOn)} show="date" />
        </span>
      )}
    </span>
  );
}

function hereCell({ here, standing, isNewer }: BundledRow) {
  if (!here) return <span className="text-faint">{standing === "unreadable" ? "" : "Not known here"}</span>;
  return (
    <span className="grid py-1.5">
      <Link className="text-accent underline" href={`/allowlists/sets/${here.slug}` as Route}>
        {here.number === null ? "No version yet" : `Version ${here.number}`}
      </Link>
      <span className="text-muted text-xs">
        {standing === "archived"
          ? "Archived"
          : here.waiting !== null
            ? `Version ${here.waiting} waits`
            : isNewer
              ? "The bundle is newer"
              : "As new as the bundle, or newer"}
      </span>
    </span>
  );
}

function differenceCell({ standing, added, removed }: BundledRow) {
  if (standing === "unknown" || standing === "unreadable") return null;
  return <span className="tabular-nums">{differenceWords(added, removed)}</span>;
}

interface CameProps {
  row: BundledRow;
  bundleId: string;
  customers: readonly CustomerChoice[];
  may: BundledTableProps["may"];
}

/** What became of a list; and what can be done with it. */
function Came({ row, bundleId, customers, may }: CameProps) {
  const { outcome, versionNumber, here, standing } = row;
  const known = outcome === null ? undefined : OUTCOMES[outcome];
  const isOpen = outcome === null || outcome === "refused";
  const canBring = may.bring && isOpen && standing !== "unreadable" && standing !== "archived";
  return (
    <span className="flex flex-wrap items-center gap-2">
      {known && <Badge tone={known.tone}>{known.word}</Badge>}
      {here && versionNumber !== null && (
        <Link
          className="text-accent underline"
          href={`/allowlists/sets/${here.slug}/versions/${versionNumber}` as Route}
        >
          Version {versionNumber}
        </Link>
      )}
      {canBring && (standing !== "unknown" || may.make) && (
        <BringEntry bundleId={bundleId} row={row} customers={customers} />
      )}
    </span>
  );
}
