"use client";

import { Download } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { TaskMenu } from "#components/ui/task-menu.tsx";
import { removeGatewayAction, rotateGatewayTokenAction } from "#lib/gateways/actions.ts";
import type { TokenMade } from "#lib/gateways/commands.ts";
import { TokenOnce } from "./token-once.tsx";
import { OVERLAP_OPTIONS } from "./words.ts";

interface GatewayMenuProps {
  gatewayId: string;
  deployment: { id: string; name: string };
  may: { rotate: boolean; take: boolean; remove: boolean };
}

/** What can be done to the gateway as a whole. */
export function GatewayMenu({ gatewayId, deployment, may }: GatewayMenuProps) {
  return (
    <TaskMenu
      label="Actions for the gateway"
      size="md"
      tasks={[
        {
          label: "Rotate token…",
          shown: may.rotate,
          dialog: (close) => <RotateToken gatewayId={gatewayId} onClose={close} />,
        },
        {
          label: "Configuration as a file…",
          shown: may.take,
          dialog: (close) => <TakeFile deploymentId={deployment.id} onClose={close} />,
        },
        {
          label: "Remove gateway…",
          shown: may.remove,
          tone: "danger",
          dialog: (close) => <RemoveGateway gatewayId={gatewayId} name={deployment.name} onClose={close} />,
        },
      ]}
    />
  );
}

function RotateToken({ gatewayId, onClose }: { gatewayId: string; onClose: () => void }) {
  const [made, setMade] = useState<TokenMade | null>(null);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={made ? "The new token" : "Rotate the gateway's token"}
      description={
        made ? undefined : "The old one goes on working for a while, so that nothing stands still meanwhile."
      }
    >
      {made ? (
        <TokenOnce {...made} />
      ) : (
        <Form action={rotateGatewayTokenAction} onDone={setMade}>
          <input type="hidden" name="gatewayId" value={gatewayId} />
          <Field label="The old token works for" name="overlap">
            <Select options={OVERLAP_OPTIONS} defaultValue="day" />
          </Field>
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Rotate token</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

function TakeFile({ deploymentId, onClose }: { deploymentId: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Configuration as a file"
      description="For a site that cannot reach this console: the file is carried in, and the gateway reads it again whenever it changes."
    >
      <div className="grid gap-4">
        <Callout tone="caution" title="It holds secrets">
          API keys of sources and secrets of endpoints stand in it in clear. Who takes it is on record.
        </Callout>
        <p className="text-sm">
          Start the gateway with <code>SALLYPORT_GATEWAY_CONFIGURATION</code> set to where the file lies, in
          place of the address of this console and the token.
        </p>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <DialogClose>
            <a
              href={`/deployments/${deploymentId}/gateway/configuration`}
              download
              className={buttonClass({ variant: "primary" }, true)}
            >
              <Download aria-hidden />
              Download file
            </a>
          </DialogClose>
        </FormActions>
      </div>
    </Dialog>
  );
}

interface RemoveGatewayProps {
  gatewayId: string;
  name: string;
  onClose: () => void;
}

function RemoveGateway({ gatewayId, name, onClose }: RemoveGatewayProps) {
  const router = useRouter();
  const [typed, setTyped] = useState("");
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Remove the gateway?"
      description="Its clients, sources, endpoints and intake paths go with it, and its token stops working. A gateway that runs goes on by the configuration it has, until somebody stops it there."
      confirm="Remove gateway"
      action={removeGatewayAction}
      fields={{ gatewayId }}
      onDone={() => router.refresh()}
      done="Gateway removed"
    >
      <Field
        label={
          <>
            Type <span className="font-mono text-xs">{name}</span> to confirm
          </>
        }
        name="confirm"
      >
        <Input
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </Field>
    </ConfirmDialog>
  );
}
