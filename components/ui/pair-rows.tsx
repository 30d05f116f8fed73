"use client";

import { ArrowUp, Plus, X } from "lucide-react";
import { useState } from "react";
import { Button } from "./button.tsx";
import { FieldParts, useControl } from "./field.tsx";
import { Input } from "./input.tsx";

export interface Pair {
  from: string;
  to: string;
}

interface PairRowsProps {
  /** The name in the form: it carries the pairs as JSON. A `Field` around it gives it one. */
  name?: string;
  initial: readonly Pair[];
  fromLabel: string;
  toLabel: string;
  fromPlaceholder?: string;
  toPlaceholder?: string;
  /** What one pair is called: "Add mapping". */
  noun: string;
  /** Whether the order counts: then a pair can be moved up. */
  ordered?: boolean;
}

type Row = Pair & { key: number };

let made = 0;
const rowOf = (pair: Pair): Row => ({ ...pair, key: made++ });

/** Pairs of words, one a row: added, changed, taken away, and put in order where the order counts. */
export function PairRows({ initial, fromLabel, toLabel, noun, ordered = false, ...rest }: PairRowsProps) {
  const [rows, setRows] = useState<Row[]>(() => initial.map(rowOf));
  const { id, name, ...described } = useControl({ ...(rest.name ? { name: rest.name } : {}) });
  const change = (key: number, part: Partial<Pair>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const moveUp = (index: number) => {
    const moved = [...rows];
    moved.splice(index - 1, 0, ...moved.splice(index, 1));
    setRows(moved);
  };
  const filled = rows.filter(({ from, to }) => from.trim() !== "" || to.trim() !== "");
  return (
    <fieldset
      id={id}
      aria-label={`${fromLabel}, ${toLabel}`}
      aria-describedby={described["aria-describedby"]}
      className="grid min-w-0 gap-2"
    >
      <input type="hidden" name={name} value={JSON.stringify(filled.map(({ from, to }) => ({ from, to })))} />
      <FieldParts>
        {rows.map((row, index) => (
          <div key={row.key} className="flex items-center gap-2">
            <Input
              mono
              aria-label={`${fromLabel} ${index + 1}`}
              placeholder={rest.fromPlaceholder ?? fromLabel}
              value={row.from}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => change(row.key, { from: event.currentTarget.value })}
            />
            <span aria-hidden className="text-faint">
              →
            </span>
            <Input
              mono
              aria-label={`${toLabel} ${index + 1}`}
              placeholder={rest.toPlaceholder ?? toLabel}
              value={row.to}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => change(row.key, { to: event.currentTarget.value })}
            />
            {ordered && (
              <Button
                variant="ghost"
                size="sm"
                icon={<ArrowUp />}
                aria-label={`Move ${noun} ${index + 1} up`}
                disabled={index === 0}
                onClick={() => moveUp(index)}
              />
            )}
            <Button
              variant="ghost"
              size="sm"
              icon={<X />}
              aria-label={`Remove ${noun} ${index + 1}`}
              onClick={() => setRows(rows.filter(({ key }) => key !== row.key))}
            />
          </div>
        ))}
      </FieldParts>
      <div>
        <Button size="sm" icon={<Plus />} onClick={() => setRows([...rows, rowOf({ from: "", to: "" })])}>
          Add {noun}
        </Button>
      </div>
    </fieldset>
  );
}
