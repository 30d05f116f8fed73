"use client";

import { Search } from "lucide-react";
import { useState } from "react";
import { FieldParts } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { type Option, Select } from "#components/ui/select.tsx";
import type { CustomerChoice } from "#lib/customers/shape.ts";
import { useCustomers } from "./use-customers.ts";

interface CustomerSelectProps {
  customers: readonly CustomerChoice[];
  chosen?: string;
  /** Offered before the customers, whatever is searched. */
  before?: readonly Option[];
}

/** One customer of a fleet; where there are many, a search above the list narrows it. */
export function CustomerSelect({ customers, chosen = "", before = [] }: CustomerSelectProps) {
  const { found, search, setSearch, isPartial } = useCustomers(customers);
  const [value, setValue] = useState(chosen);
  const [known, setKnown] = useState(() => customers.find(({ id }) => id === chosen));
  const choose = (id: string) => {
    setValue(id);
    setKnown(found.find((customer) => customer.id === id));
  };
  // What was chosen stays chosen, whatever is searched for next.
  const offered = known && !found.some(({ id }) => id === known.id) ? [known, ...found] : found;
  return (
    <div className="grid gap-1.5">
      {isPartial && (
        <FieldParts>
          <Input
            type="search"
            aria-label="Search customers"
            placeholder="Search customers"
            lead={<Search />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </FieldParts>
      )}
      <Select
        value={value}
        onChange={(event) => choose(event.currentTarget.value)}
        options={[
          ...(before.length === 0 ? [{ value: "", label: "Choose a customer", disabled: true }] : before),
          ...offered.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {isPartial && (
        <p aria-live="polite" className="text-muted text-xs">
          {wordsFor(search.trim(), found.length)}
        </p>
      )}
    </div>
  );
}

function wordsFor(search: string, count: number): string {
  if (search === "") return `The first ${count} by name. Search for the others.`;
  if (count === 0) return `No customer is called “${search}”.`;
  return count === 1 ? "1 fits." : `${count} fit.`;
}
