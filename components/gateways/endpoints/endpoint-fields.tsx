"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field, FieldParts } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { EndpointRow } from "#lib/gateways/endpoints/queries.ts";

export interface EnvironmentOption {
  id: string;
  name: string;
}

interface EndpointFieldsProps {
  environments: readonly EnvironmentOption[];
  endpoint?: EndpointRow;
}

/** What an endpoint is, in the dialogs that make and change one. */
export function EndpointFields({ environments, endpoint }: EndpointFieldsProps) {
  return (
    <>
      <Field label="Application" name="name">
        <Input maxLength={80} placeholder="Billing" autoComplete="off" defaultValue={endpoint?.name ?? ""} />
      </Field>
      <Field
        label="Address"
        name="url"
        hint="Inside the site. A redirect counts as a failure: events go where this says and nowhere else."
      >
        <Input
          mono
          placeholder="https://app.example.com/events"
          autoComplete="off"
          defaultValue={endpoint?.url ?? ""}
        />
      </Field>
      <Field
        label="Events"
        name="events"
        hint="Names such as user.created or dsync.*, one a line. None means all."
        optional
      >
        <Textarea mono rows={2} defaultValue={endpoint?.events.join("\n") ?? ""} spellCheck={false} />
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
                  defaultChecked={endpoint?.environmentIds.includes(id) ?? false}
                />
              ))}
            </div>
          </FieldParts>
        </Field>
      )}
      <Field label="Answers within, in seconds" name="timeoutSeconds">
        <Input inputMode="numeric" defaultValue={String(endpoint?.timeoutSeconds ?? 15)} />
      </Field>
    </>
  );
}
