"use client";

import { Plus } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { later } from "#components/ui/later.tsx";
import { createCustomerAction } from "#lib/customers/actions.ts";

const CustomerForm = later(async () => ({
  default: (await import("./customer-form.tsx")).CustomerForm<{ customerId: string }>,
}));

/** Adds a customer in a dialog, and goes to it. */
export function AddCustomer() {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" icon={<Plus />}>
          Add customer
        </Button>
      }
      prepare={CustomerForm.prepare}
      title="Add a customer"
      description="An organization that runs your product. Its deployments come next."
    >
      <CustomerForm
        action={createCustomerAction}
        submit="Add customer"
        done="Customer added"
        onDone={({ customerId }) => {
          setOpen(false);
          router.push(`/customers/${customerId}` as Route);
        }}
      />
    </Dialog>
  );
}
