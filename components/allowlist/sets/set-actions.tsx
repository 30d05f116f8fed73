"use client";

import { Archive, ArchiveRestore, Ellipsis, Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { archiveSetAction, changeSetAction, restoreSetAction } from "#lib/allowlist/sets/actions.ts";
import type { SetDetails } from "#lib/allowlist/sets/queries.ts";
import { SetForm } from "./set-form.tsx";

interface SetActionsProps {
  set: SetDetails;
  may: { change: boolean; archive: boolean; restore: boolean };
}

/** What is done to a set as a whole, rarely. */
export function SetActions({ set, may }: SetActionsProps) {
  const [open, setOpen] = useState<"change" | "archive" | "restore" | null>(null);
  const close = () => setOpen(null);
  const archive = may.archive && !set.archived;
  const restore = may.restore && set.archived;
  if (!may.change && !archive && !restore) return null;
  return (
    <>
      <DropdownMenu trigger={<Button icon={<Ellipsis />} aria-label="More to do" />}>
        {may.change && (
          <MenuItem icon={<Pencil />} onSelect={() => setOpen("change")}>
            Change name and origin
          </MenuItem>
        )}
        {archive && (
          <MenuItem icon={<Archive />} tone="danger" onSelect={() => setOpen("archive")}>
            Archive set
          </MenuItem>
        )}
        {restore && (
          <MenuItem icon={<ArchiveRestore />} onSelect={() => setOpen("restore")}>
            Restore set
          </MenuItem>
        )}
      </DropdownMenu>
      <Dialog
        open={open === "change"}
        onOpenChange={close}
        title="Change the set"
        description="Its networks are changed by a new version. Rules go on naming it as before."
      >
        <SetForm action={changeSetAction} set={set} confirm="Save" done="Saved." onDone={close} />
      </Dialog>
      <ConfirmDialog
        open={open === "archive"}
        onOpenChange={close}
        title={`Archive ${set.name}?`}
        description="No new rule can name it. A set that rules name stays: retire those first."
        confirm="Archive set"
        action={archiveSetAction}
        fields={{ setId: set.id }}
        done="Archived."
      />
      <ConfirmDialog
        open={open === "restore"}
        onOpenChange={close}
        title={`Restore ${set.name}?`}
        description="Rules can name it again."
        confirm="Restore set"
        tone="primary"
        action={restoreSetAction}
        fields={{ setId: set.id }}
        done="Restored."
      />
    </>
  );
}
