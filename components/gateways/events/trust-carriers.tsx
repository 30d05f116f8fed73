"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { trustCarriersAction } from "#lib/gateways/actions.ts";

interface TrustCarriersProps {
  gatewayId: string;
  trustedKeys: readonly string[];
}

/** Says whose files of events a gateway takes in. */
export function TrustCarriers({ gatewayId, trustedKeys }: TrustCarriersProps) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button size="sm">Keys</Button>}
      title="Whose files are taken in"
      description="Files and receipts that are carried here count when they are signed with one of these keys."
    >
      <Form action={trustCarriersAction} onDone={() => setOpen(false)} done="Keys changed">
        <input type="hidden" name="gatewayId" value={gatewayId} />
        <Field
          label="Keys of other gateways"
          name="keys"
          hint="One a line, as “sallyport relay status” prints it at the other side. A key that is taken out here counts no more."
          optional
        >
          <Textarea mono rows={4} defaultValue={trustedKeys.join("\n")} spellCheck={false} />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
