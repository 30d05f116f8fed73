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
  changeStreamAction,
  removeStreamAction,
  rotateStreamTokenAction,
} from "#lib/gateways/streams/actions.ts";
import type { StreamMade } from "#lib/gateways/streams/commands.ts";
import type { StreamRow } from "#lib/gateways/streams/queries.ts";
import { type EnvironmentOption, OVERLAP_OPTIONS } from "../words.ts";
import { StreamToken } from "./create-stream.tsx";
import { StreamFields } from "./stream-fields.tsx";

export interface MayDoToStream {
  change: boolean;
  rotate: boolean;
  remove: boolean;
}

interface StreamMenuProps {
  stream: StreamRow;
  environments: readonly EnvironmentOption[];
  may: MayDoToStream;
}

/** What can be done to one follower. */
export function StreamMenu({ stream, environments, may }: StreamMenuProps) {
  return (
    <TaskMenu
      label={`Actions for the follower ${stream.name}`}
      tasks={[
        {
          label: "Change…",
          shown: may.change,
          dialog: (close) => <ChangeStream stream={stream} environments={environments} onClose={close} />,
        },
        {
          label: "Rotate token…",
          shown: may.rotate,
          dialog: (close) => <RotateToken stream={stream} onClose={close} />,
        },
        {
          label: "Remove…",
          shown: may.remove,
          tone: "danger",
          dialog: (close) => (
            <ConfirmDialog
              open
              onOpenChange={close}
              title={`Remove ${stream.name}?`}
              description="Its connection is closed within seconds, and its token is refused from then on."
              confirm="Remove follower"
              action={removeStreamAction}
              fields={{ streamId: stream.id }}
              done="Follower removed"
            />
          ),
        },
      ]}
    />
  );
}

interface ChangeStreamProps {
  stream: StreamRow;
  environments: readonly EnvironmentOption[];
  onClose: () => void;
}

function ChangeStream({ stream, environments, onClose }: ChangeStreamProps) {
  return (
    <Dialog open onOpenChange={onClose} title={`Change ${stream.name}`}>
      <Form action={changeStreamAction} onDone={onClose} done="Follower changed">
        <input type="hidden" name="streamId" value={stream.id} />
        <StreamFields environments={environments} stream={stream} />
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

function RotateToken({ stream, onClose }: { stream: StreamRow; onClose: () => void }) {
  const [token, setToken] = useState<string | null>(null);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={token ? "The new token" : `New token for ${stream.name}`}
      description={
        token ? undefined : "The old one goes on working for a while, so that nothing stands still meanwhile."
      }
    >
      {token ? (
        <StreamToken token={token} />
      ) : (
        <Form action={rotateStreamTokenAction} onDone={(made: StreamMade) => setToken(made.token)}>
          <input type="hidden" name="streamId" value={stream.id} />
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
