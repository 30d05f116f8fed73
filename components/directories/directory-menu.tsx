"use client";

import { MoreHorizontal } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { removeDirectoryAction } from "#lib/directories/actions.ts";
import type { DirectoryPage } from "#lib/directories/queries.ts";
import { ShowToken } from "./token-dialogs.tsx";

interface DirectoryMenuProps {
  directory: Pick<DirectoryPage, "id" | "name" | "deploymentId" | "tokenWaits">;
  canRotate: boolean;
  canRemove: boolean;
}

/** What can be done to a directory. */
export function DirectoryMenu({ directory, canRotate, canRemove }: DirectoryMenuProps) {
  const router = useRouter();
  const [removing, setRemoving] = useState(false);
  const { id, name, deploymentId, tokenWaits } = directory;
  return (
    <div className="flex items-center gap-2">
      {tokenWaits && canRotate && <ShowToken directoryId={id} />}
      {canRemove && (
        <DropdownMenu
          trigger={<Button variant="ghost" icon={<MoreHorizontal />} aria-label={`Actions for ${name}`} />}
        >
          <MenuItem tone="danger" onSelect={() => setRemoving(true)}>
            Delete…
          </MenuItem>
        </DropdownMenu>
      )}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title="Delete this directory?"
        description="Its people and groups are gone from the environment, and its provider is refused from now on. Memberships that came from it stay. This cannot be undone."
        confirm="Delete directory"
        name={name}
        action={removeDirectoryAction}
        fields={{ directoryId: id, confirm: name }}
        onDone={(carried) => {
          sayCarried("The directory is deleted.")(carried);
          if (carried.state === "done") router.push(`/deployments/${deploymentId}/directories` as Route);
        }}
      />
    </div>
  );
}
