"use client";

import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, type FormAction, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import type { SetDetails } from "#lib/allowlist/sets/queries.ts";

interface SetFormProps<Value> {
  action: FormAction<Value>;
  set?: SetDetails;
  done?: string;
  confirm: string;
  onDone: (value: Value) => void;
  /** Whose it is: only of a new one. */
  children?: ReactNode;
}

/** What a set is called and where its networks come from. */
export function SetForm<Value>({ action, set, done, confirm, onDone, children }: SetFormProps<Value>) {
  return (
    <Form action={action} done={done} onDone={onDone}>
      {set && <input type="hidden" name="setId" value={set.id} />}
      <Field label="Name" name="name" required>
        <Input
          defaultValue={set?.name}
          placeholder="Partner’s web proxies"
          autoComplete="off"
          maxLength={80}
        />
      </Field>
      <Field
        label="Origin"
        name="origin"
        required
        hint="Who says which networks these are: whoever accepts a version looks there."
      >
        <Input defaultValue={set?.origin} autoComplete="off" maxLength={300} />
      </Field>
      <Field
        label="Address of the list"
        name="sourceUrl"
        optional
        hint="One network a line, or JSON. It is read when somebody asks for it, never by itself."
      >
        <Input
          mono
          type="url"
          defaultValue={set?.sourceUrl ?? ""}
          placeholder="https://partner.example.com/networks.txt"
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
        />
      </Field>
      <Field label="Note" name="description" optional>
        <Input defaultValue={set?.description} autoComplete="off" maxLength={300} />
      </Field>
      {children}
      <FormActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <SubmitButton>{confirm}</SubmitButton>
      </FormActions>
    </Form>
  );
}
