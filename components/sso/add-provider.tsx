"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { addProviderAction } from "#lib/auth/sso/actions.ts";
import { ProviderFields } from "./provider-fields.tsx";

const KINDS = [
  {
    value: "oidc",
    label: "OpenID Connect issuer",
    hint: "Okta, Keycloak and others that say whether an e-mail address is verified.",
  },
  {
    value: "environment",
    label: "Environment of an identity service",
    hint: "The offline identity service, or any that speaks the same wire format.",
  },
];

/** Makes a provider known, once it has answered. */
export function AddProvider({ redirectUri }: { redirectUri: string }) {
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState("oidc");
  return (
    <Dialog
      trigger={<Button icon={<Plus />}>Add provider</Button>}
      open={open}
      onOpenChange={setOpen}
      title="Add SSO provider"
      description="It is asked to answer before it is saved, and then offered at the sign-in page."
    >
      <Form action={addProviderAction} done="Provider added" onDone={() => setOpen(false)}>
        <RadioGroup
          name="kind"
          aria-label="Kind of provider"
          look="cards"
          options={KINDS}
          value={kind}
          onValueChange={setKind}
        />
        <ProviderFields kind={kind} known={null} />
        <div className="grid gap-1 text-sm">
          <p className="text-muted">Register this redirect URI there first:</p>
          <Copy value={redirectUri} label="redirect URI" />
        </div>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Check and add</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
