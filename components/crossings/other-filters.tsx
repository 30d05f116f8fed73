"use client";

import type { KeyboardEvent } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { useUrlState } from "#components/ui/url-state.ts";

interface OtherFiltersProps {
  customers: readonly { id: string; name: string }[];
  problem: string | null;
}

/** What is typed rather than chosen: a network that the other side's address is in, and a port. */
export function OtherFilters({ customers, problem }: OtherFiltersProps) {
  const url = useUrlState();
  const set = (name: string, value: string) =>
    url.set({ [name]: value || null, page: null }, { scroll: false });
  const said = (name: "address" | "port", text: string) => {
    const value = text.trim();
    if (value !== (url.get(name) ?? "")) set(name, value);
  };
  const onEnter = (name: "address" | "port") => (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") said(name, event.currentTarget.value);
  };
  return (
    <div className="grid gap-3" aria-busy={url.pending}>
      {customers.length > 1 && (
        <Field label="Customer">
          <Select
            value={url.get("customer") ?? ""}
            options={[
              { value: "", label: "Every customer" },
              ...customers.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(event) => set("customer", event.currentTarget.value)}
          />
        </Field>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)_5rem] gap-2">
        <Field label="Network or address" {...(problem ? { error: problem } : {})}>
          <Input
            key={url.get("address")}
            mono
            defaultValue={url.get("address") ?? ""}
            placeholder="203.0.113.0/24"
            onBlur={(event) => said("address", event.currentTarget.value)}
            onKeyDown={onEnter("address")}
          />
        </Field>
        <Field label="Port">
          <Input
            key={url.get("port")}
            mono
            inputMode="numeric"
            defaultValue={url.get("port") ?? ""}
            placeholder="443"
            onBlur={(event) => said("port", event.currentTarget.value)}
            onKeyDown={onEnter("port")}
          />
        </Field>
      </div>
    </div>
  );
}
