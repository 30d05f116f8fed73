"use client";

import { MoreHorizontal, Stethoscope } from "lucide-react";
import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import {
  checkEnvironmentAction,
  removeEnvironmentAction,
  renameEnvironmentAction,
  replaceKeyAction,
} from "#lib/environments/actions.ts";
import type { EnvironmentRow } from "#lib/environments/queries.ts";

interface EnvironmentMenuProps {
  environment: Pick<EnvironmentRow, "id" | "name" | "driver" | "state">;
  canRemove: boolean;
}

type Task = "rename" | "key" | "remove";

/** What can be done to a whole environment. */
export function EnvironmentMenu({ environment, canRemove }: EnvironmentMenuProps) {
  const [task, setTask] = useState<Task | null>(null);
  const close = () => setTask(null);
  const { id, name, driver, state } = environment;
  return (
    <>
      {state !== "provisioning" && (
        <Form action={checkEnvironmentAction} done="It answers, and accepts our key." className="max-w-md">
          <input type="hidden" name="environmentId" value={id} />
          <SubmitButton variant="secondary" size="sm" icon={<Stethoscope />}>
            Check now
          </SubmitButton>
        </Form>
      )}
      <DropdownMenu
        trigger={
          <Button variant="ghost" size="sm" icon={<MoreHorizontal />} aria-label={`Actions for ${name}`} />
        }
      >
        <MenuItem onSelect={() => setTask("rename")}>Rename…</MenuItem>
        {driver === "workos" && (
          <MenuItem onSelect={() => setTask("key")}>Replace the console’s key…</MenuItem>
        )}
        {canRemove && (
          <MenuItem tone="danger" onSelect={() => setTask("remove")}>
            Remove…
          </MenuItem>
        )}
      </DropdownMenu>
      {task === "rename" && <Rename environment={environment} onClose={close} />}
      {task === "key" && <ReplaceKey environmentId={id} onClose={close} />}
      <ConfirmDialog
        open={task === "remove"}
        onOpenChange={close}
        title="Remove this environment?"
        description={
          driver === "offline"
            ? "Its keys, redirect URIs, organizations and connections are deleted at the site. Nobody signs in through it any more. This cannot be undone."
            : "This console forgets it. What WorkOS made through the Platform API is deleted there; what you pasted stays at WorkOS."
        }
        confirm="Remove environment"
        name={name}
        action={removeEnvironmentAction}
        fields={{ environmentId: id, confirm: name }}
        onDone={sayCarried("The environment is removed.")}
      />
    </>
  );
}

function Rename({
  environment,
  onClose,
}: {
  environment: { id: string; name: string };
  onClose: () => void;
}) {
  return (
    <Dialog open onOpenChange={onClose} title="Rename environment" size="sm">
      <Form
        action={renameEnvironmentAction}
        onDone={(carried) => {
          sayCarried("Renamed.")(carried);
          onClose();
        }}
      >
        <input type="hidden" name="environmentId" value={environment.id} />
        <Field label="Name" name="name" required>
          <Input defaultValue={environment.name} autoComplete="off" />
        </Field>
        <Buttons verb="Rename" />
      </Form>
    </Dialog>
  );
}

function ReplaceKey({ environmentId, onClose }: { environmentId: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Replace the console’s key"
      description="Make a new key of this environment in the WorkOS dashboard, paste it here, and revoke the old one there."
      size="sm"
    >
      <Form action={replaceKeyAction} done="The key works, and replaces the old one." onDone={onClose}>
        <input type="hidden" name="environmentId" value={environmentId} />
        <Field label="API key" name="key" required>
          <Input mono type="password" placeholder="sk_…" autoComplete="off" spellCheck={false} />
        </Field>
        <Buttons verb="Check and replace" />
      </Form>
    </Dialog>
  );
}

function Buttons({ verb }: { verb: string }) {
  return (
    <FormActions>
      <DialogClose>
        <Button>Cancel</Button>
      </DialogClose>
      <SubmitButton>{verb}</SubmitButton>
    </FormActions>
  );
}
