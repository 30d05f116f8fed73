"use client";

import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { changeProviderAction } from "#lib/auth/sso/actions.ts";
import type { ProviderRow } from "#lib/auth/sso/queries.ts";
import { ProviderFields } from "./provider-fields.tsx";

interface EditProviderProps {
  provider: ProviderRow;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Changes what is known of a provider, once it has answered under what is new. */
export function EditProvider({ provider, open, onOpenChange }: EditProviderProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Edit ${provider.name}`}
      description="It is asked to answer before anything is saved. Under another address it is another provider: it needs its own secret, and the people linked to the former one are linked anew."
    >
      <Form action={changeProviderAction} done="Provider changed" onDone={() => onOpenChange(false)}>
        <input type="hidden" name="providerId" value={provider.id} />
        <input type="hidden" name="kind" value={provider.kind} />
        <ProviderFields kind={provider.kind} known={provider} />
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Check and save</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
