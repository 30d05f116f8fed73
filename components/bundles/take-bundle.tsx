"use client";

import { PackageOpen } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { takeBundleAction } from "#lib/bundles/actions.ts";

/** Takes in a bundle that was carried here, and opens what is in it. */
export function TakeBundle() {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" icon={<PackageOpen />}>
          Take in a bundle
        </Button>
      }
      title="Take in a bundle"
      description="It is verified against the keys that are trusted here. What it holds is shown next, and changes nothing by itself."
    >
      <Form
        action={takeBundleAction}
        onDone={({ bundleId, isKnown }) => {
          setOpen(false);
          toast(isKnown ? "This bundle was here already. Nothing changed." : "The bundle is verified.");
          router.push(`/allowlists/bundles/${bundleId}` as Route);
        }}
      >
        <Field label="File" name="file" hint="At most 1 MB.">
          <Input type="file" accept=".bundle" />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Verify it</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
