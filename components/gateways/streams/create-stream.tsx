"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";
import { createStreamAction } from "#lib/gateways/streams/actions.ts";
import type { StreamMade } from "#lib/gateways/streams/commands.ts";
import type { EnvironmentOption } from "../words.ts";
import { StreamFields } from "./stream-fields.tsx";

interface CreateStreamProps {
  gatewayId: string;
  environments: readonly EnvironmentOption[];
}

/** Names an application that follows events, and shows its token once. */
export function CreateStream({ gatewayId, environments }: CreateStreamProps) {
  const [open, setOpen] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    setToken(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button size="sm" icon={<Plus />}>
          Add follower
        </Button>
      }
      title={token ? "The follower's token" : "Add a follower"}
      description={
        token
          ? undefined
          : "An application that asks the gateway for events over a connection that stays open, instead of being called."
      }
    >
      {token ? (
        <StreamToken token={token} />
      ) : (
        <Form action={createStreamAction} onDone={(made: StreamMade) => setToken(made.token)}>
          <input type="hidden" name="gatewayId" value={gatewayId} />
          <StreamFields environments={environments} />
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Add follower</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

/** What a follower shows the gateway, the only time it is shown, and how it asks. */
export function StreamToken({ token }: { token: string }) {
  const url = "http://gateway.example.com:4100/events/stream";
  return (
    <div className="grid gap-4">
      <SecretOnce label="token" value={token}>
        The application sends it with each request. It goes on where it stopped with the id of the last event
        it had, as Last-Event-ID.
      </SecretOnce>
      <CodeBlock samples={[{ label: "curl", code: `curl -N -H "Authorization: Bearer ${token}" ${url}` }]} />
      <FormActions>
        <DialogClose>
          <Button variant="primary">I have copied it</Button>
        </DialogClose>
      </FormActions>
    </div>
  );
}
