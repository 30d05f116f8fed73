"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { createFolderAction } from "#lib/gateways/folders/actions.ts";
import type { EnvironmentOption } from "../words.ts";
import { FolderFields } from "./folder-fields.tsx";

interface CreateFolderProps {
  gatewayId: string;
  environments: readonly EnvironmentOption[];
}

/** Names a folder at the site that events are put into. */
export function CreateFolder({ gatewayId, environments }: CreateFolderProps) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" icon={<Plus />}>
          Add folder
        </Button>
      }
      title="Put events into a folder"
      description="From now on, as files of one event a line, whole when they appear. Whoever reads them takes them away."
    >
      <Form action={createFolderAction} onDone={() => setOpen(false)} done="Folder added">
        <input type="hidden" name="gatewayId" value={gatewayId} />
        <FolderFields environments={environments} />
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Add folder</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
