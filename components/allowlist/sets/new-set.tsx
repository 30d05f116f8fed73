"use client";

import { Plus } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { later } from "#components/ui/later.tsx";
import type { CustomerChoice } from "#lib/customers/shape.ts";

const NewSetForm = later(() => import("./new-set-form.tsx"), 6);

interface NewSetProps {
  customers: readonly CustomerChoice[];
  /** Whether it may be every deployment's rather than one customer's. */
  ofVendor: boolean;
}

/** Makes a set, and goes on to its page, where its first networks are brought. */
export function NewSet({ customers, ofVendor }: NewSetProps) {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon={<Plus />}>
          New set
        </Button>
      }
      open={open}
      onOpenChange={setOpen}
      prepare={NewSetForm.prepare}
      title="New address set"
      description="Its networks come next: they are brought as a version, and accepted by somebody else."
    >
      <NewSetForm
        customers={customers}
        ofVendor={ofVendor}
        onDone={({ slug }) => {
          setOpen(false);
          router.push(`/allowlists/sets/${slug}` as Route);
        }}
      />
    </Dialog>
  );
}
