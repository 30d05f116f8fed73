"use client";

import { type ReactNode, useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";
import { Select } from "#components/ui/select.tsx";
import { createKeyAction } from "#lib/api-keys/actions.ts";
import type { KeyMade } from "#lib/api-keys/commands.ts";

export const LIFETIMES = [
  { value: "90", label: "In 90 days" },
  { value: "30", label: "In 30 days" },
  { value: "365", label: "In a year" },
  { value: "never", label: "Never" },
];

/** Names a key, has it made, and shows it once. */
export function CreateKeyDialog({ environmentId, trigger }: { environmentId: string; trigger: ReactNode }) {
  const [open, setOpen] = useState(false);
  const [value, setValue] = useState<string | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setValue(null);
  };
  return (
    <Dialog
      trigger={trigger}
      open={open}
      onOpenChange={change}
      title={value ? "The new API key" : "New API key"}
      description={
        value
          ? undefined
          : "For one program: a key that only one program holds can be rotated without guessing."
      }
    >
      {value ? (
        <KeyShown value={value} />
      ) : (
        <Form
          action={createKeyAction}
          onDone={(made: KeyMade) => {
            if (made.value) setValue(made.value);
            else {
              sayCarried("The key was made.")(made);
              change(false);
            }
          }}
        >
          <input type="hidden" name="environmentId" value={environmentId} />
          <Field label="Name" name="name" hint="What will use it, such as Billing service." required>
            <Input autoComplete="off" />
          </Field>
          <Field label="Expires" name="lifetime">
            <Select options={LIFETIMES} defaultValue="90" />
          </Field>
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Create key</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

/** The one time a key is shown. */
export function KeyShown({ value }: { value: string }) {
  return (
    <div className="grid gap-4">
      <SecretOnce label="API key" value={value}>
        Put it where the application keeps its secrets.
      </SecretOnce>
      <FormActions>
        <DialogClose>
          <Button variant="primary">I have copied it</Button>
        </DialogClose>
      </FormActions>
    </div>
  );
}
