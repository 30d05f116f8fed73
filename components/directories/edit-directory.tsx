"use client";

import { EditDialog } from "#components/operations/edit-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { changeDirectoryAction } from "#lib/directories/actions.ts";
import type { DirectoryDetail } from "#lib/drivers/directory-port.ts";
import { DirectoryOptionFields } from "./directory-options.tsx";

/** Changes a directory's name, and what becomes of its people. */
export function EditDirectory({ detail: { directory, options } }: { detail: DirectoryDetail }) {
  return (
    <EditDialog
      opener="Edit directory"
      title="Edit the directory"
      description="Takes effect at once, also for people who are there already: applications hear of every change."
      action={changeDirectoryAction}
      fields={{ directoryId: directory.id }}
      done="The directory is changed."
    >
      <Field label="Name" name="name" required>
        <Input defaultValue={directory.name} maxLength={120} autoComplete="off" />
      </Field>
      <DirectoryOptionFields initial={options} />
    </EditDialog>
  );
}
