"use client";

import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Select } from "#components/ui/select.tsx";
import { revokeKeyAction, rotateKeyAction, showKeyAction } from "#lib/api-keys/actions.ts";
import type { KeyMade } from "#lib/api-keys/commands.ts";
import type { KeyRow } from "#lib/api-keys/queries.ts";
import { OVERLAPS } from "#lib/api-keys/shape.ts";
import { KeyShown, LIFETIMES } from "./create-key-dialog.tsx";

type Task = "rotate" | "revoke" | "show";

/** What can be done to one key. */
export function KeyMenu({ item, changeable }: { item: KeyRow; changeable: boolean }) {
  const [task, setTask] = useState<Task | null>(null);
  const close = () => setTask(null);
  const live = ["active", "expiring", "rotating"].includes(item.state);
  if (!changeable || (!live && !item.waitsToBeShown)) return null;
  return (
    <span className="inline-flex items-center gap-1">
      {item.waitsToBeShown && (
        <Button size="sm" onClick={() => setTask("show")}>
          Show once
        </Button>
      )}
      <DropdownMenu
        trigger={
          <Button
            variant="ghost"
            size="sm"
            icon={<MoreHorizontal />}
            aria-label={`Actions for ${item.name}`}
          />
        }
      >
        <MenuItem disabled={!live || item.state === "rotating"} onSelect={() => setTask("rotate")}>
          Rotate…
        </MenuItem>
        {!item.ofConsole && (
          <MenuItem tone="danger" disabled={!live} onSelect={() => setTask("revoke")}>
            Revoke…
          </MenuItem>
        )}
      </DropdownMenu>
      {task === "rotate" && <RotateKey item={item} onClose={close} />}
      {task === "show" && <ShowKey item={item} onClose={close} />}
      <ConfirmDialog
        open={task === "revoke"}
        onOpenChange={close}
        title="Revoke this key?"
        description="Every program that uses it is refused from now on. This cannot be undone. To replace it without a gap, rotate it instead."
        confirm="Revoke key"
        name={item.name}
        action={revokeKeyAction}
        fields={{ apiKeyId: item.id, confirm: item.name }}
        onDone={sayCarried("The key is revoked.")}
      />
    </span>
  );
}

function RotateKey({ item, onClose }: { item: KeyRow; onClose: () => void }) {
  const [value, setValue] = useState<string | null>(null);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={value ? "The new API key" : `Rotate ${item.name}`}
      description={
        value
          ? undefined
          : item.ofConsole
            ? "This console takes to a new key at once. The old one goes on working for a while, for calls that are under way. Nobody is shown either."
            : "A new key takes over. The old one goes on working for a while, so that nothing stands still."
      }
    >
      {value ? (
        <KeyShown value={value} />
      ) : (
        <Form
          action={rotateKeyAction}
          onDone={(made: KeyMade) => {
            if (made.value) return setValue(made.value);
            sayCarried("The key was rotated.")(made);
            onClose();
          }}
        >
          <input type="hidden" name="apiKeyId" value={item.id} />
          <Field label="The old key works for" name="overlap">
            <Select
              options={Object.entries(OVERLAPS).map(([hours, label]) => ({ value: hours, label }))}
              defaultValue={item.ofConsole ? "1" : "168"}
            />
          </Field>
          {item.ofConsole ? (
            <input type="hidden" name="lifetime" value="never" />
          ) : (
            <Field label="The new key expires" name="lifetime">
              <Select options={LIFETIMES} defaultValue="90" />
            </Field>
          )}
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Rotate key</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

function ShowKey({ item, onClose }: { item: KeyRow; onClose: () => void }) {
  const [value, setValue] = useState<string | null>(null);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={value ? "The new API key" : `Show ${item.name}`}
      description={
        value
          ? undefined
          : "This key was made later than it was asked for. It can be shown once, to one person."
      }
    >
      {value ? (
        <KeyShown value={value} />
      ) : (
        <Form action={showKeyAction} onDone={(shown: { value: string }) => setValue(shown.value)}>
          <input type="hidden" name="apiKeyId" value={item.id} />
          <FormActions>
            <SubmitButton>Show the key</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}
