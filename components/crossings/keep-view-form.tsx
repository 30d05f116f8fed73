"use client";

import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { keepViewAction } from "#lib/crossings/actions.ts";

interface KeepViewFormProps {
  query: string;
  name: string;
  onDone: () => void;
}

/** What the view is to be called. */
export default function KeepViewForm({ query, name, onDone }: KeepViewFormProps) {
  return (
    <Form action={keepViewAction} done="View kept" onDone={onDone}>
      <input type="hidden" name="query" value={query} />
      <Field label="Name" name="name" required>
        <Input autoFocus maxLength={60} defaultValue={name} />
      </Field>
      <FormActions>
        <SubmitButton>Keep view</SubmitButton>
      </FormActions>
    </Form>
  );
}
