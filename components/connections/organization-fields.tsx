"use client";

import { type ReactNode, useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";

interface OrganizationFieldsProps {
  organizations: { id: string; name: string }[];
  hint?: string;
  /** What to ask besides when it is a new one. */
  children?: ReactNode;
}

/** The organization whose people it is about: one that is there, or a new one. */
export function OrganizationFields({
  organizations,
  hint = "Whose people sign in through it.",
  children,
}: OrganizationFieldsProps) {
  const [chosen, setChosen] = useState(organizations[0]?.id ?? "new");
  return (
    <>
      <Field label="Organization" name="organizationId" hint={hint}>
        <Select
          options={[
            ...organizations.map(({ id, name }) => ({ value: id, label: name })),
            { value: "new", label: "A new organization…" },
          ]}
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      </Field>
      {chosen === "new" && (
        <Field label="Name of the organization" name="organizationName" required>
          <Input placeholder="Contoso" autoComplete="off" />
        </Field>
      )}
      {children}
    </>
  );
}
