"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { createSourceAction } from "#lib/gateways/sources/actions.ts";
import type { EnvironmentChoice } from "#lib/gateways/sources/queries.ts";

/** Has the events of one more environment pulled. */
export function AddSource({
  gatewayId,
  environments,
}: {
  gatewayId: string;
  environments: readonly EnvironmentChoice[];
}) {
  const [open, setOpen] = useState(false);
  if (environments.length === 0) return null;
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" icon={<Plus />}>
          Add source
        </Button>
      }
      title="Pull the events of an environment"
      description="The gateway asks for them with an API key, from inside the site, and begins as far back as the other side goes."
    >
      <Form action={createSourceAction} onDone={() => setOpen(false)} done="Source added">
        <input type="hidden" name="gatewayId" value={gatewayId} />
        <Field label="Environment" name="environmentId">
          <Select options={environments.map(({ id, name }) => ({ value: id, label: name }))} />
        </Field>
        <SourceFields />
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Add source</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

export function SourceFields({ source }: { source?: { events: readonly string[]; ownKey: boolean } }) {
  return (
    <>
      <Field
        label="API key"
        name="apiKey"
        hint={
          source?.ownKey
            ? "Empty keeps the one before. It travels to the site with the gateway's configuration."
            : "One that may read events, for the gateway alone. Without it the site is given the key by which this console drives the environment."
        }
        optional
      >
        <Input type="password" autoComplete="off" placeholder="sk_…" mono />
      </Field>
      <Field label="Events" name="events" hint="Names, one a line. None means all." optional>
        <Textarea
          mono
          rows={3}
          defaultValue={source?.events.join("\n") ?? ""}
          placeholder={"dsync.user.created\nuser.updated"}
          spellCheck={false}
        />
      </Field>
    </>
  );
}
