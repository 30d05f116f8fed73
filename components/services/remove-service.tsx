"use client";

import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { removeServiceAction } from "#lib/services/actions.ts";
import type { ServiceRow } from "#lib/services/queries.ts";

/** The menu of a row: a service that no environment is on can be forgotten. */
export function RemoveService({ service }: { service: ServiceRow }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="ghost"
            size="sm"
            icon={<MoreHorizontal />}
            aria-label={`Actions for ${service.name}`}
          />
        }
      >
        <MenuItem tone="danger" disabled={service.environments > 0} onSelect={() => setOpen(true)}>
          Remove…
        </MenuItem>
      </DropdownMenu>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Remove this identity service?"
        description="This console forgets it and the token for it. The service itself goes on running."
        confirm="Remove service"
        name={service.name}
        action={removeServiceAction}
        fields={{ serviceId: service.id, confirm: service.name }}
        done="The service is removed."
      />
    </>
  );
}
