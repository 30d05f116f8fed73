"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

export function NewPasswordField({ label = "Password" }: { label?: string }) {
  return (
    <Field
      label={label}
      name="password"
      hint="At least 12 characters. A few words make a good password."
      required
    >
      <Input type="password" autoComplete="new-password" minLength={12} />
    </Field>
  );
}
