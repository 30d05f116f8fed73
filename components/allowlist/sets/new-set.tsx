"use client";

import { Plus } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { CustomerSelect } from "#components/customers/customer-select.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { createSetAction } from "#lib/allowlist/sets/actions.ts";
import type { CustomerChoice } from "#lib/customers/shape.ts";
import { SetForm } from "./set-form.tsx";

interface NewSetProps {
  customers: readonly CustomerChoice[];
  /** Whether it may be every deployment's rather than one customer's. */
  ofVendor: boolean;
}

/** Makes a set, and goes on to its page, where its first networks are brought. */
export function NewSet({ customers, ofVendor }: NewSetProps) {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  const vendor = ofVendor ? [{ value: "", label: "Every deployment" }] : [];
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon={<Plus />}>
          New set
        </Button>
      }
      open={open}
      onOpenChange={setOpen}
      title="New address set"
      description="Its networks come next: they are brought as a version, and accepted by somebody else."
    >
      <SetForm
        action={createSetAction}
        confirm="Make set"
        onDone={({ slug }) => {
          setOpen(false);
          router.push(`/allowlists/sets/${slug}` as Route);
        }}
      >
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
    </Dialog>
  );
}
