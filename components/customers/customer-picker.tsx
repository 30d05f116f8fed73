"use client";

import { useState } from "react";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Input } from "#components/ui/input.tsx";
import type { CustomerChoice } from "#lib/customers/shape.ts";
import { useCustomers } from "./use-customers.ts";

const SEARCH_FROM = 8;

/** Several customers, ticked. Those ticked stay in sight and in the form, whatever is searched for. */
export function CustomerPicker({
  customers,
  named,
}: {
  customers: readonly CustomerChoice[];
  named: readonly string[];
}) {
  const { found, search, setSearch } = useCustomers(customers);
  const [ticked, setTicked] = useState(() => customers.filter(({ id }) => named.includes(id)));
  const isTicked = (id: string) => ticked.some((one) => one.id === id);
  const tick = (customer: CustomerChoice, on: boolean) =>
    setTicked(on ? [...ticked, customer] : ticked.filter(({ id }) => id !== customer.id));
  if (customers.length === 0) return <p className="text-muted text-sm">There is no customer yet to name.</p>;
  const offered = [...ticked, ...found.filter(({ id }) => !isTicked(id))];
  return (
    <div className="grid gap-2 rounded-md border border-line p-3">
      {customers.length > SEARCH_FROM && (
        <Input
          type="search"
          aria-label="Search customers"
          placeholder="Search customers"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <div className="grid max-h-48 gap-2 overflow-auto">
        {offered.map((customer) => (
          <Checkbox
            key={customer.id}
            name="customerIds[]"
            value={customer.id}
            label={customer.name}
            checked={isTicked(customer.id)}
            onChange={(event) => tick(customer, event.currentTarget.checked)}
          />
        ))}
      </div>
    </div>
  );
}
