"use client";

import { Archive, ArchiveRestore, Ellipsis, Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import {
  archiveDeploymentAction,
  changeDeploymentAction,
  restoreDeploymentAction,
} from "#lib/deployments/actions.ts";
import { MODE_WORDS } from "#lib/deployments/words.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { DeploymentFields, type DeploymentFieldValues } from "./deployment-fields.tsx";

interface EditableDeployment extends DeploymentFieldValues {
  id: string;
  name: string;
  mode: DeploymentMode;
  archived: boolean;
}

interface DeploymentActionsProps {
  deployment: EditableDeployment;
  may: { change: boolean; archive: boolean; restore: boolean };
}

/** What can be done to a deployment. */
export function DeploymentActions({ deployment, may }: DeploymentActionsProps) {
  const [open, setOpen] = useState<"edit" | "archive" | "restore" | null>(null);
  const canEdit = may.change && !deployment.archived;
  const canArchive = may.archive && !deployment.archived;
  const canRestore = may.restore && deployment.archived;
  if (!canEdit && !canArchive && !canRestore) return null;
  const close = () => setOpen(null);
  const fields = { deploymentId: deployment.id };
  return (
    <>
      {canEdit && (
        <Button icon={<Pencil />} onClick={() => setOpen("edit")}>
          Edit
        </Button>
      )}
      {canRestore && (
        <Button icon={<ArchiveRestore />} onClick={() => setOpen("restore")}>
          Restore
        </Button>
      )}
      {canArchive && (
        <DropdownMenu trigger={<Button icon={<Ellipsis />} aria-label="More actions" />}>
          <MenuItem icon={<Archive />} onSelect={() => setOpen("archive")}>
            Archive deployment
          </MenuItem>
        </DropdownMenu>
      )}
      <Dialog
        open={open === "edit"}
        onOpenChange={(next) => !next && close()}
        title="Edit deployment"
        size="lg"
      >
        <EditForm deployment={deployment} onDone={close} />
      </Dialog>
      <ConfirmDialog
        open={open === "archive"}
        onOpenChange={(next) => !next && close()}
        title={`Archive ${deployment.name}?`}
        description="It leaves the lists. Nothing is deleted, and it can be restored. Its environments must be removed first, so that no key of it still works."
        confirm="Archive deployment"
        done="Deployment archived"
        action={archiveDeploymentAction}
        fields={fields}
      />
      <ConfirmDialog
        open={open === "restore"}
        onOpenChange={(next) => !next && close()}
        title={`Restore ${deployment.name}?`}
        description="It comes back to the lists."
        confirm="Restore deployment"
        done="Deployment restored"
        tone="primary"
        action={restoreDeploymentAction}
        fields={fields}
      />
    </>
  );
}

function EditForm({ deployment, onDone }: { deployment: EditableDeployment; onDone: () => void }) {
  return (
    <Form action={changeDeploymentAction} onDone={onDone} done="Deployment changed">
      <input type="hidden" name="deploymentId" value={deployment.id} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" name="name" required>
          <Input autoComplete="off" maxLength={120} defaultValue={deployment.name} />
        </Field>
        <Field label="Mode" name="mode" required>
          <Select
            defaultValue={deployment.mode}
            options={Object.entries(MODE_WORDS).map(([value, label]) => ({ value, label }))}
          />
        </Field>
      </div>
      <DeploymentFields values={deployment} />
      <FormActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <SubmitButton>Save changes</SubmitButton>
      </FormActions>
    </Form>
  );
}
