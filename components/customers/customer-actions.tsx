"use client";

import { Archive, ArchiveRestore, Ellipsis, Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import {
  archiveCustomerAction,
  changeCustomerAction,
  restoreCustomerAction,
} from "#lib/customers/actions.ts";
import { CustomerForm } from "./customer-form.tsx";

interface CustomerActionsProps {
  customer: { id: string; name: string; contactEmail: string | null; notes: string; archived: boolean };
  may: { change: boolean; archive: boolean; restore: boolean };
}

type Open = "edit" | "archive" | "restore" | null;

/** What can be done to a customer. */
export function CustomerActions({ customer, may }: CustomerActionsProps) {
  const [open, setOpen] = useState<Open>(null);
  const canEdit = may.change && !customer.archived;
  const canArchive = may.archive && !customer.archived;
  const canRestore = may.restore && customer.archived;
  if (!canEdit && !canArchive && !canRestore) return null;
  const close = () => setOpen(null);
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
            Archive customer
          </MenuItem>
        </DropdownMenu>
      )}
      <Dialog open={open === "edit"} onOpenChange={(next) => !next && close()} title="Edit customer">
        <CustomerForm
          action={changeCustomerAction}
          submit="Save changes"
          done="Customer changed"
          customer={customer}
          onDone={close}
        />
      </Dialog>
      <ConfirmDialog
        open={open === "archive"}
        onOpenChange={(next) => !next && close()}
        title={`Archive ${customer.name}?`}
        description="It leaves the lists. Nothing is deleted, and it can be restored. Its deployments must be archived first."
        confirm="Archive customer"
        done="Customer archived"
        action={archiveCustomerAction}
        fields={{ customerId: customer.id }}
      />
      <ConfirmDialog
        open={open === "restore"}
        onOpenChange={(next) => !next && close()}
        title={`Restore ${customer.name}?`}
        description="It comes back to the lists. Its deployments stay archived until you restore them."
        confirm="Restore customer"
        done="Customer restored"
        tone="primary"
        action={restoreCustomerAction}
        fields={{ customerId: customer.id }}
      />
    </>
  );
}
