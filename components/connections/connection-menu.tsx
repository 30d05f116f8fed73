"use client";

import { MoreHorizontal } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import {
  changeConnectionStateAction,
  removeConnectionAction,
  replaceCertificatesAction,
} from "#lib/connections/actions.ts";
import type { ConnectionPage } from "#lib/connections/queries.ts";
import { WhenFields } from "./when-fields.tsx";

interface ConnectionMenuProps {
  connection: Pick<ConnectionPage, "id" | "name" | "state" | "type" | "deploymentId" | "whyNoTests">;
  canChange: boolean;
  canRemove: boolean;
}

type Task = "activate" | "disable" | "certificates" | "remove";

/** What can be done to a connection. */
export function ConnectionMenu({ connection, canChange, canRemove }: ConnectionMenuProps) {
  const router = useRouter();
  const [task, setTask] = useState<Task | null>(null);
  const close = () => setTask(null);
  const { id, name, state, type, deploymentId, whyNoTests } = connection;
  const active = state === "active";
  const changeable = canChange && whyNoTests === null;
  if (!changeable && !canRemove) return null;
  return (
    <>
      {changeable && state !== "draft" && (
        <Button onClick={() => setTask(active ? "disable" : "activate")}>
          {active ? "Disable" : "Activate"}
        </Button>
      )}
      <DropdownMenu
        trigger={<Button variant="ghost" icon={<MoreHorizontal />} aria-label={`Actions for ${name}`} />}
      >
        {changeable && type.endsWith("SAML") && (
          <MenuItem onSelect={() => setTask("certificates")}>Replace certificates…</MenuItem>
        )}
        {canRemove && (
          <MenuItem tone="danger" onSelect={() => setTask("remove")}>
            Delete…
          </MenuItem>
        )}
      </DropdownMenu>
      <ConfirmDialog
        open={task === "activate"}
        onOpenChange={close}
        title="Activate this connection?"
        description="From now on this organization’s people sign in through it again."
        confirm="Activate"
        tone="primary"
        action={changeConnectionStateAction}
        fields={{ connectionId: id, state: "active" }}
        onDone={sayCarried("The connection is active.")}
      />
      <ConfirmDialog
        open={task === "disable"}
        onOpenChange={close}
        title="Disable this connection?"
        description="Nobody signs in through it until it is activated again. Its settings stay."
        confirm="Disable"
        action={changeConnectionStateAction}
        fields={{ connectionId: id, state: "inactive" }}
        onDone={sayCarried("The connection is disabled.")}
      />
      <ConfirmDialog
        open={task === "certificates"}
        onOpenChange={close}
        title="Replace the certificates"
        description="Only these are trusted then. While the provider changes over, give the old and the new one."
        confirm="Replace certificates"
        tone="primary"
        action={replaceCertificatesAction}
        fields={{ connectionId: id }}
        onDone={sayCarried("Saved.")}
      >
        <Field label="Certificates" name="certificates" hint="In PEM, one below the other." required>
          <Textarea mono rows={6} placeholder="-----BEGIN CERTIFICATE-----" spellCheck={false} />
        </Field>
        {state !== "draft" && <WhenFields draft={null} />}
      </ConfirmDialog>
      <ConfirmDialog
        open={task === "remove"}
        onOpenChange={close}
        title="Delete this connection?"
        description="Nobody signs in through it any more, and its settings are gone. This cannot be undone."
        confirm="Delete connection"
        name={name}
        action={removeConnectionAction}
        fields={{ connectionId: id, confirm: name }}
        onDone={(carried) => {
          sayCarried("The connection is deleted.")(carried);
          if (carried.state === "done") router.push(`/deployments/${deploymentId}/connections` as Route);
        }}
      />
    </>
  );
}
