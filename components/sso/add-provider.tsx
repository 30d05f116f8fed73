"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { addProviderAction } from "#lib/auth/sso/actions.ts";

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
        <Field label="Name" name="name" hint="Stands on the button: “Continue with …”." required>
          <Input placeholder="Contoso" autoComplete="off" />
        </Field>
        {kind === "oidc" ? (
          <Field label="Issuer" name="issuer" hint="Exactly as it names itself." required>
            <Input mono placeholder="https://login.example.com" autoComplete="off" spellCheck={false} />
          </Field>
        ) : (
          <EnvironmentFields />
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Client ID" name="clientId" required>
            <Input mono autoComplete="off" spellCheck={false} />
          </Field>
          <Field
            label={kind === "oidc" ? "Client secret" : "API key"}
            name="clientSecret"
            hint="Kept sealed, and never shown again."
            required
          >
            <Input mono type="password" autoComplete="off" spellCheck={false} />
          </Field>
        </div>
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

function EnvironmentFields() {
  return (
    <>
      <Field label="Base URL" name="baseUrl" hint="Without a path." required>
        <Input mono placeholder="https://identity.example.com" autoComplete="off" spellCheck={false} />
      </Field>
      <Field
        label="Organization or connection ID"
        name="target"
        hint="Only people who sign in through this one are let in."
        required
      >
        <Input mono placeholder="org_… or conn_…" autoComplete="off" spellCheck={false} />
      </Field>
    </>
  );
}
