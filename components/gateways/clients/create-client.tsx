"use client";

import { Plus } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { createClientAction } from "#lib/gateways/clients/actions.ts";
import type { ClientMade } from "#lib/gateways/clients/commands.ts";

/** Names an application, and by what the proxy knows it. */
export function CreateClient({ gatewayId }: { gatewayId: string }) {
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<{ name: string; token: string } | null>(null);
  const name = useRef("");
  const change = (next: boolean) => {
    setOpen(next);
    setMade(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button variant="primary" icon={<Plus />}>
          Add client
        </Button>
      }
      title={made ? "The client's token" : "Add a client of the proxy"}
      description={made ? undefined : "Any one of what is given here is enough to be let in."}
    >
      {made ? (
        <ClientToken {...made} />
      ) : (
        <Form
          action={createClientAction}
          onDone={({ token }: ClientMade) => (token ? setMade({ name: name.current, token }) : change(false))}
          done="Client added"
        >
          <input type="hidden" name="gatewayId" value={gatewayId} />
          <Field label="Application" name="name" hint="Its name in the record of crossings.">
            <Input
              maxLength={80}
              placeholder="Billing"
              autoComplete="off"
              onChange={(event) => {
                name.current = event.currentTarget.value.trim();
              }}
            />
          </Field>
          <Field label="Token" name="token">
            <Checkbox label="Make a token" hint="Sent as the proxy's password. Shown once." defaultChecked />
          </Field>
          <KnownByFields />
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Add client</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

interface KnownBy {
  certificateSha256: readonly string[];
  networks: readonly string[];
}

export function KnownByFields({ client }: { client?: KnownBy }) {
  return (
    <>
      <Field
        label="Certificates"
        name="certificateSha256"
        hint="SHA-256 of the client's certificate, one a line, for the proxy's TLS listener."
        optional
      >
        <Textarea
          mono
          rows={2}
          defaultValue={client?.certificateSha256.join("\n") ?? ""}
          spellCheck={false}
        />
      </Field>
      <Field
        label="Networks"
        name="networks"
        hint="Addresses or networks it connects from, one a line. Everything there is then this client."
        optional
      >
        <Textarea mono rows={2} defaultValue={client?.networks.join("\n") ?? ""} spellCheck={false} />
      </Field>
    </>
  );
}

/** A client's token, the only time it is shown, and how programs are told of the proxy. */
export function ClientToken({ name, token }: { name: string; token: string }) {
  const proxy = `http://${encodeURIComponent(name)}:${token}@gateway.example.com:4128`;
  return (
    <div className="grid gap-4">
      <SecretOnce label="token" value={token}>
        The application sends it as the proxy's password. The user is its name here, or none.
      </SecretOnce>
      <CodeBlock
        samples={[
          { label: "Environment", code: `HTTPS_PROXY=${proxy}\nHTTP_PROXY=${proxy}` },
          { label: "curl", code: `curl --proxy ${proxy} https://api.workos.com/` },
        ]}
      />
      <FormActions>
        <DialogClose>
          <Button variant="primary">I have copied it</Button>
        </DialogClose>
      </FormActions>
    </div>
  );
}
