"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { StreamRow } from "#lib/gateways/streams/queries.ts";
import { ToldOfFields } from "../told-of-fields.tsx";
import type { EnvironmentOption } from "../words.ts";

interface StreamFieldsProps {
  environments: readonly EnvironmentOption[];
  stream?: StreamRow;
}

/** Who follows, and what. */
export function StreamFields({ environments, stream }: StreamFieldsProps) {
  return (
    <>
      <Field label="Application" name="name">
        <Input maxLength={80} placeholder="Reporting" autoComplete="off" defaultValue={stream?.name ?? ""} />
      </Field>
      <ToldOfFields environments={environments} known={stream} />
    </>
  );
}
