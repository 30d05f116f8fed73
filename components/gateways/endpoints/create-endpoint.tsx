"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";
import { Select } from "#components/ui/select.tsx";
import { createEndpointAction } from "#lib/gateways/endpoints/actions.ts";
import type { SecretMade } from "#lib/gateways/endpoints/commands.ts";
import { type EnvironmentOption, SIGNATURE_OPTIONS } from "../words.ts";
import { EndpointFields } from "./endpoint-fields.tsx";

interface CreateEndpointProps {
  gatewayId: string;
  environments: readonly EnvironmentOption[];
}

/** Names an application that is told of events, and shows once what deliveries are signed with. */
export function CreateEndpoint({ gatewayId, environments }: CreateEndpointProps) {
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    setSecret(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button size="sm" icon={<Plus />}>
          Add endpoint
        </Button>
      }
      title={secret ? "The signing secret" : "Add an endpoint"}
      description={secret ? undefined : "It is told of what happens from now on."}
    >
      {secret ? (
        <SigningSecret secret={secret} />
      ) : (
        <Form action={createEndpointAction} onDone={(made: SecretMade) => setSecret(made.secret)}>
          <input type="hidden" name="gatewayId" value={gatewayId} />
          <EndpointFields environments={environments} />
          <Field
            label="Signed"
            name="signature"
            hint="As the application checks it: like a webhook of WorkOS, or by Standard Webhooks."
          >
            <Select options={SIGNATURE_OPTIONS} />
          </Field>
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Add endpoint</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

/** What deliveries are signed with, the only time it is shown. */
export function SigningSecret({ secret }: { secret: string }) {
  return (
    <div className="grid gap-4">
      <SecretOnce label="signing secret" value={secret}>
        Give it to the application, which checks with it that an event comes from the gateway.
      </SecretOnce>
      <FormActions>
        <DialogClose>
          <Button variant="primary">I have copied it</Button>
        </DialogClose>
      </FormActions>
    </div>
  );
}
