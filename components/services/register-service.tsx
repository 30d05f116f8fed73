"use client";

import { type ReactNode, useState } from "react";
import { CustomerSelect } from "#components/customers/customer-select.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import type { CustomerChoice } from "#lib/customers/shape.ts";
import { registerServiceAction } from "#lib/services/actions.ts";

interface RegisterServiceProps {
  customers: readonly CustomerChoice[];
  /** Whether it may belong to the vendor rather than to one customer. */
  ofVendor: boolean;
  trigger: ReactNode;
}

/** Makes a service known to this console, after it has proven who it is and taken our token. */
export function RegisterService({ customers, ofVendor, trigger }: RegisterServiceProps) {
  const [open, setOpen] = useState(false);
  const vendor = ofVendor ? [{ value: "", label: "The vendor: any customer may use it" }] : [];
  return (
    <Dialog
      trigger={trigger}
      open={open}
      onOpenChange={setOpen}
      title="Register identity service"
      description="It is asked to prove who it is. Its key is kept, and no other host is ever taken for it."
    >
      <Form
        action={registerServiceAction}
        done="Registered. Compare its key with its administrator."
        onDone={() => setOpen(false)}
      >
        <Field label="Name" name="name" required>
          <Input placeholder="Frankfurt, hall 3" autoComplete="off" />
        </Field>
        <Field
          label="Address"
          name="baseUrl"
          hint="Without a path. The service must know itself by the same one."
          required
        >
          <Input mono placeholder="https://identity.example.com" autoComplete="off" spellCheck={false} />
        </Field>
        <Field
          label="Management token"
          name="token"
          hint="From the service’s own set-up. Kept sealed."
          required
        >
          <Input mono type="password" autoComplete="off" spellCheck={false} />
        </Field>
        <Field label="Belongs to" name="customerId">
          <CustomerSelect customers={customers} before={vendor} />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Check and register</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
