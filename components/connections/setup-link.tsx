"use client";

import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { createSetupLinkAction } from "#lib/connections/actions.ts";
import { OrganizationFields } from "./organization-fields.tsx";

interface SetupLinkProps {
  environmentId: string;
  organizations: { id: string; name: string }[];
  purpose?: "connection" | "directory";
  trigger: ReactNode;
}

const STEPS = {
  connection: "It leads the customer’s own people through connecting their identity provider, step by step.",
  directory: "It leads the customer’s own people through connecting their directory, step by step.",
};

/** A link with which the customer's own people connect their identity provider or directory. */
export function SetupLink({ environmentId, organizations, purpose = "connection", trigger }: SetupLinkProps) {
  const [open, setOpen] = useState(false);
  const [url, setUrl] = useState<string | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setUrl(null);
  };
  return (
    <Dialog
      trigger={trigger}
      open={open}
      onOpenChange={change}
      title="Set-up link for customer IT"
      description={STEPS[purpose]}
    >
      {url ? (
        <div className="grid gap-4">
          <Callout tone="caution" title="Send this link now">
            It works for a few minutes and cannot be revoked. Make another whenever one is needed.
          </Callout>
          <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-2.5">
            <code className="min-w-0 flex-1 select-all text-xs [overflow-wrap:anywhere]">{url}</code>
            <CopyButton value={url} label="set-up link" />
          </div>
          <FormActions>
            <DialogClose>
              <Button variant="primary">Close</Button>
            </DialogClose>
          </FormActions>
        </div>
      ) : (
        <Form action={createSetupLinkAction} onDone={(made: { url: string }) => setUrl(made.url)}>
          <input type="hidden" name="environmentId" value={environmentId} />
          <input type="hidden" name="purpose" value={purpose} />
          <OrganizationFields organizations={organizations} />
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Create link</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}
