"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { TaskMenu } from "#components/ui/task-menu.tsx";
import {
  changeClientAction,
  revokeClientAction,
  rotateClientTokenAction,
} from "#lib/gateways/clients/actions.ts";
import type { ClientRow } from "#lib/gateways/clients/queries.ts";
import { OVERLAP_OPTIONS } from "../words.ts";
import { ClientToken, KnownByFields } from "./create-client.tsx";

export interface MayDoToClient {
  change: boolean;
  rotate: boolean;
  revoke: boolean;
}

/** What can be done to one client. */
export function ClientMenu({ client, may }: { client: ClientRow; may: MayDoToClient }) {
  const live = client.revokedAt === null;
  return (
    <TaskMenu
      label={`Actions for ${client.name}`}
      tasks={[
        {
          label: "Change…",
          shown: live && may.change,
          dialog: (close) => <ChangeClient client={client} onClose={close} />,
        },
        {
          label: client.hasToken ? "Rotate token…" : "Make a token…",
          shown: live && may.rotate,
          dialog: (close) => <RotateToken client={client} onClose={close} />,
        },
        {
          label: "Revoke…",
          shown: live && may.revoke,
          tone: "danger",
          dialog: (close) => (
            <ConfirmDialog
              open
              onOpenChange={close}
              title="Revoke the client?"
              description={`${client.name} is refused by the proxy from the moment the gateway hears of it, within seconds; what it has open is closed.`}
              confirm="Revoke client"
              action={revokeClientAction}
              fields={{ clientId: client.id }}
              done="Client revoked"
            />
          ),
        },
      ]}
    />
  );
}

function ChangeClient({ client, onClose }: { client: ClientRow; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose} title={`Change ${client.name}`}>
      <Form action={changeClientAction} onDone={onClose} done="Client changed">
        <input type="hidden" name="clientId" value={client.id} />
        <Field label="Application" name="name">
          <Input maxLength={80} defaultValue={client.name} autoComplete="off" />
        </Field>
        <KnownByFields client={client} />
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

function RotateToken({ client, onClose }: { client: ClientRow; onClose: () => void }) {
  const [token, setToken] = useState<string | null>(null);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={token ? "The new token" : `New token for ${client.name}`}
      description={
        token || !client.hasToken
          ? undefined
          : "The old one goes on working for a while, so that nothing stands still meanwhile."
      }
    >
      {token ? (
        <ClientToken name={client.name} token={token} />
      ) : (
        <Form action={rotateClientTokenAction} onDone={(made: { token: string }) => setToken(made.token)}>
          <input type="hidden" name="clientId" value={client.id} />
          {client.hasToken ? (
            <Field label="The old token works for" name="overlap">
              <Select options={OVERLAP_OPTIONS} defaultValue="day" />
            </Field>
          ) : (
            <input type="hidden" name="overlap" value="none" />
          )}
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Make token</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}
