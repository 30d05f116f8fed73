"use client";

import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { TaskMenu } from "#components/ui/task-menu.tsx";
import { changeFolderAction, removeFolderAction } from "#lib/gateways/folders/actions.ts";
import type { FolderRow } from "#lib/gateways/folders/queries.ts";
import type { EnvironmentOption } from "../words.ts";
import { FolderFields } from "./folder-fields.tsx";

export interface MayDoToFolder {
  change: boolean;
  remove: boolean;
}

interface FolderMenuProps {
  folder: FolderRow;
  environments: readonly EnvironmentOption[];
  may: MayDoToFolder;
}

/** What can be done to one folder. */
export function FolderMenu({ folder, environments, may }: FolderMenuProps) {
  return (
    <TaskMenu
      label={`Actions for the folder of ${folder.name}`}
      tasks={[
        {
          label: "Change or pause…",
          shown: may.change,
          dialog: (close) => <ChangeFolder folder={folder} environments={environments} onClose={close} />,
        },
        {
          label: "Remove…",
          shown: may.remove,
          tone: "danger",
          dialog: (close) => (
            <ConfirmDialog
              open
              onOpenChange={close}
              title={`Put nothing into ${folder.path} any more?`}
              description="What lies there stays. Added again later, it begins with what comes after that."
              confirm="Remove folder"
              action={removeFolderAction}
              fields={{ folderId: folder.id }}
              done="Folder removed"
            />
          ),
        },
      ]}
    />
  );
}

interface ChangeFolderProps {
  folder: FolderRow;
  environments: readonly EnvironmentOption[];
  onClose: () => void;
}

function ChangeFolder({ folder, environments, onClose }: ChangeFolderProps) {
  return (
    <Dialog open onOpenChange={onClose} title={`Change the folder of ${folder.name}`}>
      <Form action={changeFolderAction} onDone={onClose} done="Folder changed">
        <input type="hidden" name="folderId" value={folder.id} />
        <FolderFields environments={environments} folder={folder} />
        <Field label="Pause" name="paused">
          <Checkbox
            label="Put nothing there for now"
            hint="Events wait in the buffer, as long as its limits let them."
            defaultChecked={folder.pausedAt !== null}
          />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
