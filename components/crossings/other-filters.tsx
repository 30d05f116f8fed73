"use client";

import { parseAsString, useQueryStates } from "nuqs";
import { type KeyboardEvent, useTransition } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";

interface OtherFiltersProps {
  customers: readonly { id: string; name: string }[];
  problem: string | null;
}

/** What is typed rather than chosen: a network that the other side's address is in, and a port. */
export function OtherFilters({ customers, problem }: OtherFiltersProps) {
  const [pending, startTransition] = useTransition();
  const [state, set] = useQueryStates(
    { address: parseAsString, port: parseAsString, customer: parseAsString, page: parseAsString },
    { shallow: false, startTransition, history: "replace", scroll: false },
  );
  const said = (name: "address" | "port", text: string) => {
    const value = text.trim();
    if (value !== (state[name] ?? "")) void set({ [name]: value || null, page: null });
  };
  const onEnter = (name: "address" | "port") => (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") said(name, event.currentTarget.value);
  };
  return (
    <div className="grid gap-3" aria-busy={pending}>
      {customers.length > 1 && (
        <Field label="Customer">
          <Select
            value={state.customer ?? ""}
            options={[
              { value: "", label: "Every customer" },
              ...customers.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(event) => void set({ customer: event.currentTarget.value || null, page: null })}
          />
        </Field>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)_5rem] gap-2">
        <Field label="Network or address" {...(problem ? { error: problem } : {})}>
          <Input
            key={state.address}
            mono
            defaultValue={state.address ?? ""}
            placeholder="203.0.113.0/24"
            onBlur={(event) => said("address", event.currentTarget.value)}
            onKeyDown={onEnter("address")}
          />
        </Field>
        <Field label="Port">
          <Input
            key={state.port}
            mono
            inputMode="numeric"
            defaultValue={state.port ?? ""}
            placeholder="443"
            onBlur={(event) => said("port", event.currentTarget.value)}
            onKeyDown={onEnter("port")}
          />
        </Field>
      </div>
    </div>
  );
}
