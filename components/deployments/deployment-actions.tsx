"use client";

import { Archive, ArchiveRestore, Ellipsis, Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { later } from "#components/ui/later.tsx";
import { archiveDeploymentAction, restoreDeploymentAction } from "#lib/deployments/actions.ts";
import type { EditableDeployment } from "./deployment-form.tsx";

const DeploymentForm = later(() => import("./deployment-form.tsx"), 6);

interface DeploymentActionsProps {
  deployment: EditableDeployment & { archived: boolean };
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
        <Button
          icon={<Pencil />}
          onPointerEnter={DeploymentForm.prepare}
          onFocus={DeploymentForm.prepare}
          onClick={() => setOpen("edit")}
        >
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
        <DeploymentForm deployment={deployment} onDone={close} />
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
