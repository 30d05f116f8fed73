"use client";

import { SlidersHorizontal } from "lucide-react";
import { parseAsArrayOf, parseAsString, useQueryStates } from "nuqs";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { useState, useTransition } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { cx } from "#components/ui/cx.ts";
import type { Facets, FacetValue } from "#lib/crossings/queries.ts";
import { DIMENSIONS, type Dimension } from "#lib/crossings/shape.ts";
import { DIMENSION_WORDS, valueText } from "#lib/crossings/words.ts";
import { OtherFilters } from "./other-filters.tsx";

const SHOWN = 6;

interface FacetsPanelProps {
  facets: Facets;
  customers: readonly { id: string; name: string }[];
  /** What is wrong with what the URL asks for. */
  problem: string | null;
}

/** What the crossings can be narrowed by, each value with how many that would leave. */
export function FacetsPanel(props: FacetsPanelProps) {
  return (
    <NuqsAdapter>
      <Panel {...props} />
    </NuqsAdapter>
  );
}

const values = parseAsArrayOf(parseAsString).withDefault([]);
const parsers = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, values])) as Record<
  Dimension,
  typeof values
>;

function Panel({ facets, customers, problem }: FacetsPanelProps) {
  const [open, setOpen] = useState(false);
  const [pending, startTransition] = useTransition();
  const [chosen, set] = useQueryStates(
    { ...parsers, page: parseAsString },
    { shallow: false, startTransition, history: "replace", scroll: false },
  );
  const count = DIMENSIONS.reduce((total, dimension) => total + chosen[dimension].length, 0);
  const shown = DIMENSIONS.filter((dimension) => isWorthShowing(facets[dimension], chosen[dimension]));
  const chip = count > 0 && <Badge tone="accent">{count} chosen</Badge>;
  return (
    <section aria-label="Narrow" className="min-w-0 rounded-lg border border-line bg-surface">
      <h2 className="hidden h-10 items-center gap-2 px-3 font-semibold text-sm lg:flex">
        Narrow
        {chip}
      </h2>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex h-10 w-full items-center gap-2 rounded-lg px-3 font-medium text-sm lg:hidden"
      >
        <SlidersHorizontal aria-hidden className="size-4 text-faint" />
        Narrow
        {chip}
      </button>
      <div
        aria-busy={pending}
        className={cx(
          "gap-4 border-line border-t p-3 lg:grid",
          open ? "grid" : "hidden",
          pending && "opacity-60",
        )}
      >
        <OtherFilters customers={customers} problem={problem} />
        {shown.map((dimension) => (
          <Facet
            key={dimension}
            dimension={dimension}
            values={facets[dimension]}
            newest={facets.newest?.of.includes(dimension) ? facets.newest.crossings : null}
            chosen={chosen[dimension]}
            onChoose={(next) => void set({ [dimension]: next.length > 0 ? next : null, page: null })}
          />
        ))}
      </div>
    </section>
  );
}

/** One value that everything has narrows nothing. */
function isWorthShowing(found: readonly FacetValue[], chosen: readonly string[]): boolean {
  return found.length > 1 || chosen.length > 0;
}

interface FacetProps {
  dimension: Dimension;
  values: readonly FacetValue[];
  /** Where they are counted among so many of the newest only. */
  newest: number | null;
  chosen: readonly string[];
  onChoose: (values: string[]) => void;
}

function Facet({ dimension, values: found, newest, chosen, onChoose }: FacetProps) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? found : found.filter(({ value }, index) => index < SHOWN || chosen.includes(value));
  return (
    <fieldset className="grid min-w-0 gap-1">
      <legend className="mb-1 text-muted text-xs">
        <span className="font-medium">{DIMENSION_WORDS[dimension]}</span>
        {newest !== null && <span className="block">Of the newest {newest.toLocaleString("en")}</span>}
      </legend>
      {shown.map(({ value, label, count }) => {
        const words = valueText(dimension, value, label);
        return (
          <span key={value} className="flex min-w-0 items-start gap-2">
            <Checkbox
              className="min-w-0 flex-1"
              label={
                <span className="truncate" title={words}>
                  {words}
                </span>
              }
              checked={chosen.includes(value)}
              onChange={(event) =>
                onChoose(
                  event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value),
                )
              }
            />
            <span className="text-muted text-xs leading-5 tabular-nums">{count.toLocaleString("en")}</span>
          </span>
        );
      })}
      {found.length > SHOWN && (
        <button
          type="button"
          onClick={() => setWhole(!whole)}
          className="w-fit rounded-sm text-accent text-xs hover:underline"
        >
          {whole ? "Fewer" : `${found.length - SHOWN} more`}
        </button>
      )}
    </fieldset>
  );
}
