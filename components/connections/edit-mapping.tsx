"use client";

import { EditDialog } from "#components/operations/edit-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { PairRows } from "#components/ui/pair-rows.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { changeMappingAction } from "#lib/connections/actions.ts";
import { ATTRIBUTE_FIELDS } from "#lib/connections/shape.ts";
import type { ConnectionDetail, Mapping } from "#lib/drivers/port.ts";
import { type Drafting, WhenFields } from "./when-fields.tsx";

interface EditMappingProps {
  connection: ConnectionDetail["connection"];
  /** As the draft has it, where there is one. */
  mapping: Mapping;
  drafting: Drafting;
}

/** Changes a connection's name, e-mail domains, attribute names and roles. */
export function EditMapping({ connection, mapping, drafting }: EditMappingProps) {
  return (
    <EditDialog
      opener="Edit"
      title="Edit name, domains and mapping"
      description="The name and the domains hold at once. Whether the mapping is right shows a test: it lists what was received beside it."
      action={changeMappingAction}
      fields={{ connectionId: connection.id }}
      done="Saved."
      submit="Save mapping"
    >
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
      {drafting.live && <WhenFields draft={drafting.draft} />}
    </EditDialog>
  );
}
