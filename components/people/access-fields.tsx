"use client";

import { useState } from "react";
import { CustomerPicker } from "#components/customers/customer-picker.tsx";
import { Field } from "#components/ui/field.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import type { Role } from "#lib/access/permissions.ts";
import type { CustomerChoice } from "#lib/customers/shape.ts";
import { reachChoices } from "#lib/people/policy.ts";
import { ROLE_WORDS } from "#lib/people/words.ts";

export interface AccessFieldsProps {
  /** The roles the actor may hand out. */
  roles: readonly Role[];
  customers: readonly CustomerChoice[];
  role?: Role;
  /** The customers named so far; null: all of them. */
  named?: readonly string[] | null;
}

/** A role, and which customers it is for. Offers only what fits together. */
export function AccessFields({
  roles,
  customers,
  role: given = "operator",
  named = null,
}: AccessFieldsProps) {
  const [role, setRole] = useState<Role>(given);
  const [reach, setReach] = useState(named === null ? "all" : "named");
  const choices = reachChoices(role);
  const chosen = choices.find((choice) => choice === reach) ?? choices[0];
  return (
    <>
      <Field label="Role" name="role" required>
        <RadioGroup
          name="role"
          aria-label="Role"
          value={role}
          onValueChange={(value) => setRole(roles.find((one) => one === value) ?? role)}
          options={roles.map((one) => ({
            value: one,
            label: ROLE_WORDS[one].name,
            hint: ROLE_WORDS[one].means,
          }))}
        />
      </Field>
      <Field label="Customers" name="customers" required>
        <RadioGroup
          name="customers"
          aria-label="Customers"
          value={chosen}
          onValueChange={setReach}
          options={choices.map((value) => REACH[value])}
        />
      </Field>
      {chosen === "named" && <CustomerPicker customers={customers} named={named ?? []} />}
    </>
  );
}

const REACH = {
  all: { value: "all", label: "All customers", hint: "Those to come included." },
  named: { value: "named", label: "Named customers" },
};
