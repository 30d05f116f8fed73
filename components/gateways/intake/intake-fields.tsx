"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { IntakeRow } from "#lib/gateways/intakes/queries.ts";

// What can be said of a path when it is opened, and again later.

export function ToleranceField({ intake }: { intake?: IntakeRow }) {
  return (
    <Field
      label="Accepted for, in seconds"
      name="toleranceSeconds"
      hint="How old a signature may be. A second sending of the same is refused whatever its age."
    >
      <Input inputMode="numeric" defaultValue={String(intake?.toleranceSeconds ?? 180)} />
    </Field>
  );
}

export function TargetField({ intake }: { intake?: IntakeRow }) {
  return (
    <Field
      label="Handed on to"
      name="target"
      hint="The application inside the site: at this address' path where it has one, else at the same path."
    >
      <Input
        mono
        placeholder="https://app.example.com"
        autoComplete="off"
        defaultValue={intake?.target ?? ""}
      />
    </Field>
  );
}

export function SizeField({ intake }: { intake?: IntakeRow }) {
  return (
    <Field
      label="Largest body, in kB"
      name="maxKilobytes"
      hint="What is larger is refused before it is read: at most 10,000."
    >
      <Input inputMode="numeric" defaultValue={String((intake?.maxBytes ?? 1_000_000) / 1_000)} />
    </Field>
  );
}
