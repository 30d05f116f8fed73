"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { FolderRow } from "#lib/gateways/folders/queries.ts";
import { ToldOfFields } from "../told-of-fields.tsx";
import type { EnvironmentOption } from "../words.ts";

interface FolderFieldsProps {
  environments: readonly EnvironmentOption[];
  folder?: FolderRow;
}

/** Who reads a folder, where it is, and what is put into it. */
export function FolderFields({ environments, folder }: FolderFieldsProps) {
  return (
    <>
      <Field label="Read by" name="name">
        <Input
          maxLength={80}
          placeholder="Data warehouse"
          autoComplete="off"
          defaultValue={folder?.name ?? ""}
        />
      </Field>
      <Field
        label="Folder"
        name="path"
        hint="On the machine of the gateway. It must be there, and its account must be able to write to it."
      >
        <Input
          mono
          placeholder="/srv/events"
          autoComplete="off"
          spellCheck={false}
          defaultValue={folder?.path ?? ""}
        />
      </Field>
      <ToldOfFields environments={environments} known={folder} />
      <Field
        label="At most, in files"
        name="files"
        hint="Where so many lie it waits until some are taken away."
      >
        <Input inputMode="numeric" defaultValue={String(folder?.files ?? 10_000)} />
      </Field>
    </>
  );
}
