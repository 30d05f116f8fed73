"use client";

import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { PairRows } from "#components/ui/pair-rows.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { changeMappingAction } from "#lib/connections/actions.ts";
import { ATTRIBUTE_FIELDS } from "#lib/connections/schema.ts";
import type { ConnectionDetail } from "#lib/drivers/port.ts";

/** Changes a connection's name, e-mail domains, attribute names and roles. */
export function EditMapping({ detail }: { detail: ConnectionDetail }) {
  const [open, setOpen] = useState(false);
  const { connection, mapping } = detail;
  return (
    <Dialog
      trigger={<Button size="sm">Edit</Button>}
      open={open}
      onOpenChange={setOpen}
      size="lg"
      title="Edit name, domains and mapping"
      description="Takes effect with the next sign-in. Test one afterwards: its trace shows what was received."
    >
      <Form
        action={changeMappingAction}
        onDone={(carried) => {
          setOpen(false);
          sayCarried("The mapping is changed.")(carried);
        }}
      >
        <input type="hidden" name="connectionId" value={connection.id} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Name" name="name" required>
            <Input defaultValue={connection.name} maxLength={120} autoComplete="off" />
          </Field>
          <Field
            label="E-mail domains"
            name="domains"
            optional
            hint="Separated by commas. An application may choose the connection by them."
          >
            <Textarea rows={1} defaultValue={connection.domains.join(", ")} spellCheck={false} />
          </Field>
          {ATTRIBUTE_FIELDS.map(({ field, label }) => (
            <Field key={field} label={label} name={field === "name" ? "fullName" : field} optional>
              <Input
                mono
                defaultValue={mapping.attributes[field] ?? ""}
                placeholder="By its usual names"
                autoComplete="off"
                spellCheck={false}
              />
            </Field>
          ))}
        </div>
        <Field
          label="Further attributes"
          name="customAttributes"
          hint="A field of your own, and the attribute or claim it is taken from."
        >
          <PairRows
            initial={Object.entries(mapping.customAttributes).map(([from, to]) => ({ from, to }))}
            fromLabel="Field"
            toLabel="Attribute"
            noun="attribute"
          />
        </Field>
        <Field
          label="Roles from groups"
          name="roles"
          hint="The first that matches is the role; whoever is in none is a member. Empty: roles do not come from the provider."
        >
          <PairRows
            initial={mapping.roles.map(({ group, role }) => ({ from: group, to: role }))}
            fromLabel="Group"
            toLabel="Role"
            toPlaceholder="admin"
            noun="group"
            ordered
          />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Save mapping</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
