"use client";

import { CustomerSelect } from "#components/customers/customer-select.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { createSetAction } from "#lib/allowlist/sets/actions.ts";
import type { CustomerChoice } from "#lib/customers/shape.ts";
import { SetForm } from "./set-form.tsx";

interface NewSetFormProps {
  customers: readonly CustomerChoice[];
  /** Whether it may be every deployment's rather than one customer's. */
  ofVendor: boolean;
  onDone: (made: { slug: string }) => void;
}

/** What a new set is called, whose it is, and where its networks come from. */
export default function NewSetForm({ customers, ofVendor, onDone }: NewSetFormProps) {
  const vendor = ofVendor ? [{ value: "", label: "Every deployment" }] : [];
  return (
    <SetForm action={createSetAction} confirm="Make set" onDone={onDone}>
      <Field label="Of" name="customerId">
        <CustomerSelect
          customers={customers}
          before={vendor}
          chosen={ofVendor ? "" : customers.length === 1 ? customers[0]?.id : undefined}
        />
      </Field>
      <Field name="allowsPrivate" label="Private addresses">
        <Checkbox
          value="true"
          label="It may name private networks"
          hint="For what lies inside one customer’s network: proxies, identity providers, directory servers."
        />
      </Field>
    </SetForm>
  );
}
