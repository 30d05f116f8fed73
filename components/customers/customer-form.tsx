"use client";

import { Button } from "#components/ui/button.tsx";
import { DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, type FormAction, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

interface CustomerFormProps<Value> {
  action: FormAction<Value>;
  onDone: (value: Value) => void;
  /** The verb on the button. */
  submit: string;
  done: string;
  customer?: { id: string; name: string; contactEmail: string | null; notes: string };
}

/** What is known of a customer, to fill in or to change. */
export function CustomerForm<Value>({ action, onDone, submit, done, customer }: CustomerFormProps<Value>) {
  return (
    <Form action={action} onDone={onDone} done={done}>
      {customer && <input type="hidden" name="customerId" value={customer.id} />}
      <Field label="Name" name="name" required>
        <Input autoComplete="off" maxLength={120} defaultValue={customer?.name} />
      </Field>
      <Field
        label="Contact"
        name="contactEmail"
        optional
        hint="The address of the customer's IT service, better a desk's than a person's."
      >
        <Input type="email" autoComplete="off" defaultValue={customer?.contactEmail ?? ""} />
      </Field>
      <Field label="Notes" name="notes" optional>
        <Textarea maxLength={4000} rows={3} defaultValue={customer?.notes} />
      </Field>
      <FormActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <SubmitButton>{submit}</SubmitButton>
      </FormActions>
    </Form>
  );
}
