"use client";

import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { changeVendorAction } from "#lib/vendor/actions.ts";
import type { Vendor } from "#lib/vendor/schema.ts";

/** How the vendor shows itself to its customers' people. Whoever may not change it reads it. */
export function VendorForm({ vendor, canChange }: { vendor: Vendor; canChange: boolean }) {
  return (
    <Form action={changeVendorAction} done="Saved">
      <fieldset disabled={!canChange} className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Your name"
          name="name"
          hint="Stands at the top of the portal and on hand-over sheets."
          required
        >
          <Input defaultValue={vendor.name} maxLength={80} />
        </Field>
        <Field
          label="How you are reached"
          name="contact"
          hint="An e-mail address or a telephone number, for whoever is stuck."
          optional
        >
          <Input defaultValue={vendor.contact} maxLength={200} />
        </Field>
      </fieldset>
      {canChange ? (
        <FormActions>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      ) : (
        <p className="text-muted text-sm">Only an owner changes this.</p>
      )}
    </Form>
  );
}
