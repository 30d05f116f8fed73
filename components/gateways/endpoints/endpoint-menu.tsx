"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Select } from "#components/ui/select.tsx";
import { TaskMenu } from "#components/ui/task-menu.tsx";
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
import { type EnvironmentOption, OVERLAP_OPTIONS } from "../words.ts";
import { SigningSecret } from "./create-endpoint.tsx";
import { EndpointFields } from "./endpoint-fields.tsx";

export interface MayDoToEndpoint {
  change: boolean;
  rotate: boolean;
  pause: boolean;
  resume: boolean;
  replay: boolean;
  remove: boolean;
}

interface EndpointMenuProps {
  endpoint: EndpointRow;
  environments: readonly EnvironmentOption[];
  may: MayDoToEndpoint;
}

/** What can be done to one endpoint. */
export function EndpointMenu({ endpoint, environments, may }: EndpointMenuProps) {
  const { id, name, told } = endpoint;
  const paused = endpoint.pausedAt !== null;
  const asked = (onOpenChange: () => void) => ({ open: true, onOpenChange, fields: { endpointId: id } });
  return (
    <TaskMenu
      label={`Actions for ${name}`}
      tasks={[
        {
          label: "Change…",
          shown: may.change,
          dialog: (close) => (
            <ChangeEndpoint endpoint={endpoint} environments={environments} onClose={close} />
          ),
        },
        {
          label: "Rotate secret…",
          shown: may.rotate,
          dialog: (close) => <RotateSecret endpoint={endpoint} onClose={close} />,
        },
        {
          label: "Deliver what was given up…",
          shown: may.replay,
          disabled: !told?.dead,
          dialog: (close) => (
            <ConfirmDialog
              {...asked(close)}
              title={`Deliver to ${name} again?`}
              description={`${givenUp(told?.dead ?? 0)} tried again, beside what happens now: the application must not mind their age.`}
              confirm="Deliver again"
              tone="primary"
              action={replayDeliveriesAction}
              done="The gateway was asked"
            />
          ),
        },
        {
          label: "Pause…",
          shown: may.pause && !paused,
          dialog: (close) => (
            <ConfirmDialog
              {...asked(close)}
              title={`Pause ${name}?`}
              description="Nothing is sent to it for now. Events wait in the buffer, as long as its limits let them."
              confirm="Pause"
              tone="primary"
              action={pauseEndpointAction}
              done="Endpoint paused"
            />
          ),
        },
        {
          label: "Resume…",
          shown: may.resume && paused,
          dialog: (close) => (
            <ConfirmDialog
              {...asked(close)}
              title={`Resume ${name}?`}
              description="It goes on where it stopped, in order."
              confirm="Resume"
              tone="primary"
              action={resumeEndpointAction}
              done="Endpoint resumed"
            />
          ),
        },
        {
          label: "Remove…",
          shown: may.remove,
          tone: "danger",
          dialog: (close) => (
            <ConfirmDialog
              {...asked(close)}
              title={`Remove ${name}?`}
              description="What it has not had yet, it does not get any more. This cannot be undone."
              confirm="Remove endpoint"
              name={name}
              action={removeEndpointAction}
              done="Endpoint removed"
            />
          ),
        },
      ]}
    />
  );
}

function givenUp(count: number): string {
  return count === 1
    ? "The event that was given up is"
    : `The ${count.toLocaleString("en")} events that were given up are`;
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
