import type { ReactNode } from "react";
import { Badge } from "./badge.tsx";
import type { Column } from "./columns.ts";
import { Copy } from "./copy.tsx";
import { Time } from "./time.tsx";

const TAGS_SHOWN = 3;

/** Writes a row's value the way its column says. */
export function DataCell<Row>({ row, column }: { row: Row; column: Column<Row> }): ReactNode {
  if (column.cell) return column.cell(row);
  const value: unknown = row[column.accessorKey];
  if (value === null || value === undefined || value === "") return <Nothing />;
  switch (column.kind) {
    case "number":
      return typeof value === "number" ? value.toLocaleString("en") : String(value);
    case "id":
      return <Copy value={String(value)} label={column.header.toLowerCase()} />;
    case "mono":
      return (
        <code className="text-xs" title={String(value)}>
          {String(value)}
        </code>
      );
    case "time":
    case "date":
      return (
        <Time
          at={value instanceof Date ? value : String(value)}
          show={column.kind === "time" ? "relative" : "date"}
        />
      );
    case "tags":
      return <Tags words={Array.isArray(value) ? value.map(String) : [String(value)]} />;
    default:
      return <span title={String(value)}>{String(value)}</span>;
  }
}

function Nothing() {
  return (
    <span className="text-faint">
      <span aria-hidden>–</span>
      <span className="sr-only">None</span>
    </span>
  );
}

function Tags({ words }: { words: readonly string[] }) {
  if (words.length === 0) return <Nothing />;
  const more = words.slice(TAGS_SHOWN);
  return (
    <span className="flex items-center gap-1">
      {words.slice(0, TAGS_SHOWN).map((word) => (
        <Badge key={word}>{word}</Badge>
      ))}
      {more.length > 0 && (
        <span className="text-faint text-xs" title={more.join(", ")}>
          +{more.length}
        </span>
      )}
    </span>
  );
}
