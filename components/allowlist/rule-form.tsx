"use client";

import { Button } from "#components/ui/button.tsx";
import { DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, type FormAction, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { RuleRow } from "#lib/allowlist/queries.ts";
import { TrafficFields } from "./traffic-fields.tsx";

interface RuleFormProps<Value> {
  action: FormAction<Value>;
  /** The id of what the action acts on. */
  fields: Readonly<Record<string, string>>;
  rule?: RuleRow;
  submit: string;
  done: string;
  onDone: () => void;
}

/** Everything a rule says. */
export function RuleForm<Value>({ action, fields, rule, submit, done, onDone }: RuleFormProps<Value>) {
  return (
    <Form action={action} done={done} onDone={onDone}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <div className="grid gap-4 sm:grid-cols-2">
        <TrafficFields traffic={rule} ports="443" />
      </div>
      <Field
        label="Purpose"
        name="purpose"
        required
        hint="What stops working without it. The firewall team reads this."
      >
        <Textarea rows={2} maxLength={300} defaultValue={rule?.purpose} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Owner" name="ownerName" optional>
          <Input defaultValue={rule?.ownerName} maxLength={120} />
        </Field>
        <Field label="Ticket" name="ticket" optional>
          <Input defaultValue={rule?.ticket} maxLength={120} />
        </Field>
        <Field label="Expires, in UTC" name="expiresAt" optional>
          <Input type="datetime-local" defaultValue={rule?.expiresAt?.toISOString().slice(0, 16)} />
        </Field>
      </div>
      <FormActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <SubmitButton>{submit}</SubmitButton>
      </FormActions>
    </Form>
  );
}
