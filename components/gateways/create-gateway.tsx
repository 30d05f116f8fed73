"use client";

import { DoorClosed } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { createGatewayAction } from "#lib/gateways/actions.ts";
import type { TokenMade } from "#lib/gateways/commands.ts";
import { TokenOnce } from "./token-once.tsx";

interface NoGatewayProps {
  deploymentId: string;
  mayCreate: boolean;
  archived: boolean;
}

/** What a gateway is, where there is none yet, and the way to one. */
export function NoGateway({ deploymentId, mayCreate, archived }: NoGatewayProps) {
  return (
    <div className="rounded-lg border border-line bg-surface">
      <EmptyState
        icon={<DoorClosed />}
        title="No gateway yet."
        action={mayCreate && !archived && <CreateGateway deploymentId={deploymentId} />}
      >
        {archived
          ? "This deployment is archived: nothing can be told to a gateway of it."
          : "The gateway is the door itself, at the site. It lets out what the allowlist names and nothing else, takes in what may come, hands events over to the applications inside, and writes down everything that crosses."}
      </EmptyState>
    </div>
  );
}

function CreateGateway({ deploymentId }: { deploymentId: string }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<TokenMade | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    // Only now: the page with the gateway takes the place of this one, and of the token with it.
    if (!next && made) router.refresh();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={<Button variant="primary">Make gateway</Button>}
      title={made ? "Start the gateway" : "Make a gateway"}
      description={
        made
          ? undefined
          : "It is given a token with which it asks this console for its configuration: the allowlist in force, and what is set here."
      }
    >
      {made ? (
        <TokenOnce {...made} />
      ) : (
        <Form action={createGatewayAction} onDone={setMade}>
          <input type="hidden" name="deploymentId" value={deploymentId} />
          <p className="text-muted text-sm">
            A site that cannot reach this console starts it from a file instead, which is offered here
            afterwards.
          </p>
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Make gateway</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}
