"use client";

import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Select } from "#components/ui/select.tsx";
import {
  changeEndpointAction,
  pauseEndpointAction,
  removeEndpointAction,
  replayDeliveriesAction,
  resumeEndpointAction,
  rotateEndpointSecretAction,
} from "#lib/gateways/endpoints/actions.ts";
import type { SecretMade } from "#lib/gateways/endpoints/commands.ts";
import type { EndpointRow } from "#lib/gateways/endpoints/queries.ts";
import { OVERLAP_OPTIONS } from "../words.ts";
import { SigningSecret } from "./create-endpoint.tsx";
import { EndpointFields, type EnvironmentOption } from "./endpoint-fields.tsx";

export interface MayDoToEndpoint {
  change: boolean;
  rotate: boolean;
  pause: boolean;
  resume: boolean;
  replay: boolean;
  remove: boolean;
}

type Task = "change" | "rotate" | "pause" | "resume" | "replay" | "remove";

interface EndpointMenuProps {
  endpoint: EndpointRow;
  environments: readonly EnvironmentOption[];
  may: MayDoToEndpoint;
}

/** What can be done to one endpoint. */
export function EndpointMenu({ endpoint, environments, may }: EndpointMenuProps) {
  const [task, setTask] = useState<Task | null>(null);
  const close = () => setTask(null);
  if (!Object.values(may).some(Boolean)) return null;
  const paused = endpoint.pausedAt !== null;
  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="ghost"
            size="sm"
            icon={<MoreHorizontal />}
            aria-label={`Actions for ${endpoint.name}`}
          />
        }
      >
        {may.change && <MenuItem onSelect={() => setTask("change")}>Change…</MenuItem>}
        {may.rotate && <MenuItem onSelect={() => setTask("rotate")}>Rotate secret…</MenuItem>}
        {may.replay && (
          <MenuItem disabled={!endpoint.told?.dead} onSelect={() => setTask("replay")}>
            Deliver what was given up…
          </MenuItem>
        )}
        {may.pause && !paused && <MenuItem onSelect={() => setTask("pause")}>Pause…</MenuItem>}
        {may.resume && paused && <MenuItem onSelect={() => setTask("resume")}>Resume…</MenuItem>}
        {may.remove && (
          <MenuItem tone="danger" onSelect={() => setTask("remove")}>
            Remove…
          </MenuItem>
        )}
      </DropdownMenu>
      {task === "change" && (
        <ChangeEndpoint endpoint={endpoint} environments={environments} onClose={close} />
      )}
      {task === "rotate" && <RotateSecret endpoint={endpoint} onClose={close} />}
      <Confirmations endpoint={endpoint} task={task} onClose={close} />
    </>
  );
}

interface ConfirmationsProps {
  endpoint: EndpointRow;
  task: Task | null;
  onClose: () => void;
}

function Confirmations({ endpoint: { id, name, told }, task, onClose }: ConfirmationsProps) {
  const shared = { onOpenChange: onClose, fields: { endpointId: id } };
  return (
    <>
      <ConfirmDialog
        {...shared}
        open={task === "pause"}
        title={`Pause ${name}?`}
        description="Nothing is sent to it for now. Events wait in the buffer, as long as its limits let them."
        confirm="Pause"
        tone="primary"
        action={pauseEndpointAction}
        done="Endpoint paused"
      />
      <ConfirmDialog
        {...shared}
        open={task === "resume"}
        title={`Resume ${name}?`}
        description="It goes on where it stopped, in order."
        confirm="Resume"
        tone="primary"
        action={resumeEndpointAction}
        done="Endpoint resumed"
      />
      <ConfirmDialog
        {...shared}
        open={task === "replay"}
        title={`Deliver to ${name} again?`}
        description={`The ${told?.dead.toLocaleString("en") ?? ""} events that were given up are tried again, beside what happens now: the application must not mind their age.`}
        confirm="Deliver again"
        tone="primary"
        action={replayDeliveriesAction}
        done="The gateway was asked"
      />
      <ConfirmDialog
        {...shared}
        open={task === "remove"}
        title={`Remove ${name}?`}
        description="What it has not had yet, it does not get any more. This cannot be undone."
        confirm="Remove endpoint"
        name={name}
        action={removeEndpointAction}
        done="Endpoint removed"
      />
    </>
  );
}

interface ChangeEndpointProps {
  endpoint: EndpointRow;
  environments: readonly EnvironmentOption[];
  onClose: () => void;
}

function ChangeEndpoint({ endpoint, environments, onClose }: ChangeEndpointProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Change ${endpoint.name}`}
      description="What it has not had yet goes to the new address."
    >
      <Form action={changeEndpointAction} onDone={onClose} done="Endpoint changed">
        <input type="hidden" name="endpointId" value={endpoint.id} />
        <EndpointFields environments={environments} endpoint={endpoint} />
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

function RotateSecret({ endpoint, onClose }: { endpoint: EndpointRow; onClose: () => void }) {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={secret ? "The new signing secret" : `New secret for ${endpoint.name}`}
      description={
        secret
          ? undefined
          : "While they overlap, each delivery carries a signature of both: either check passes."
      }
    >
      {secret ? (
        <SigningSecret secret={secret} />
      ) : (
        <Form action={rotateEndpointSecretAction} onDone={(made: SecretMade) => setSecret(made.secret)}>
          <input type="hidden" name="endpointId" value={endpoint.id} />
          <Field label="The old secret signs for" name="overlap">
            <Select options={OVERLAP_OPTIONS} defaultValue="day" />
          </Field>
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Rotate secret</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}
