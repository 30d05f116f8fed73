"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field, FieldParts } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { EnvironmentOption } from "./words.ts";

interface ToldOfFieldsProps {
  environments: readonly EnvironmentOption[];
  known?: { events: readonly string[]; environmentIds: readonly string[] } | undefined;
}

/** Which events an endpoint, a follower or a folder is told of. */
export function ToldOfFields({ environments, known }: ToldOfFieldsProps) {
  return (
    <>
      <Field
        label="Events"
        name="events"
        hint="Names such as user.created or dsync.*, one a line. None means all."
        optional
      >
        <Textarea mono rows={2} defaultValue={known?.events.join("\n") ?? ""} spellCheck={false} />
      </Field>
      {environments.length > 1 && (
        <Field label="Of environments" name="environmentIds" hint="None ticked means all." optional>
          <FieldParts>
            <div className="grid gap-1.5">
              {environments.map(({ id, name }) => (
                <Checkbox
                  key={id}
                  label={name}
                  name="environmentIds[]"
                  value={id}
                  defaultChecked={known?.environmentIds.includes(id) ?? false}
                />
              ))}
            </div>
          </FieldParts>
        </Field>
      )}
    </>
  );
}
