"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { EndpointRow } from "#lib/gateways/endpoints/queries.ts";
import { ToldOfFields } from "../told-of-fields.tsx";
import type { EnvironmentOption } from "../words.ts";

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
        hint="Inside the site; a redirect counts as a failure. To have events in /events of the offline identity service, write its address, /relay/ and the id of the environment there."
      >
        <Input
          mono
          placeholder="https://app.example.com/events"
          autoComplete="off"
          defaultValue={endpoint?.url ?? ""}
        />
      </Field>
      <ToldOfFields environments={environments} known={endpoint} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Answers within, in seconds" name="timeoutSeconds">
          <Input inputMode="numeric" defaultValue={String(endpoint?.timeoutSeconds ?? 15)} />
        </Field>
        <Field
          label="At once"
          name="inFlight"
          hint="Deliveries of different things side by side; those of one go one after the other."
        >
          <Input inputMode="numeric" defaultValue={String(endpoint?.inFlight ?? 16)} />
        </Field>
      </div>
      <Field
        label="Authorities"
        name="authorities"
        hint="The site's own, in PEM, where one of them signed the application's certificate. None means those that the gateway trusts anyway."
        optional
      >
        <Textarea
          mono
          rows={2}
          className="max-h-48"
          defaultValue={endpoint?.authorities ?? ""}
          placeholder="-----BEGIN CERTIFICATE-----"
          spellCheck={false}
        />
      </Field>
    </>
  );
}
