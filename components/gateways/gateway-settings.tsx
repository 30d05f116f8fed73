"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { changeGatewayAction } from "#lib/gateways/actions.ts";
import type { GatewayView } from "#lib/gateways/queries.ts";
import { gigabytesOf } from "#lib/gateways/shape.ts";
import { sizeWords } from "./words.ts";

type Settings = Pick<
  GatewayView,
  | "id"
  | "parentProxyUrl"
  | "parentProxyHasUser"
  | "bufferBytesMax"
  | "bufferAgeSecondsMax"
  | "crossingsKeptDays"
>;

const DAY_SECONDS = 86_400;

/** What holds for the whole gateway. */
export function GatewaySettings({ gateway, mayChange }: { gateway: Settings; mayChange: boolean }) {
  return (
    <Card
      title="Settings"
      description="The gateway takes them over within seconds."
      actions={mayChange && <ChangeSettings gateway={gateway} />}
    >
      <KeyValue
        items={[
          {
            label: "Parent proxy",
            value: gateway.parentProxyUrl ? (
              <>
                <code className="text-xs">{gateway.parentProxyUrl}</code>
                {gateway.parentProxyHasUser && " with a user and password"}
              </>
            ) : (
              "None: it connects by itself"
            ),
          },
          {
            label: "Events are kept",
            value: `${sizeWords(gateway.bufferBytesMax)}, for ${days(gateway.bufferAgeSecondsMax / DAY_SECONDS)} at most`,
          },
          { label: "Crossings are kept", value: days(gateway.crossingsKeptDays) },
        ]}
      />
    </Card>
  );
}

function ChangeSettings({ gateway }: { gateway: Settings }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button size="sm">Change</Button>}
      title="Settings of the gateway"
    >
      <Form action={changeGatewayAction} onDone={() => setOpen(false)} done="Settings changed">
        <input type="hidden" name="gatewayId" value={gateway.id} />
        <Field
          label="Parent proxy"
          name="parentProxyUrl"
          hint="Another proxy that everything outbound goes through, where the network has one."
          optional
        >
          <Input
            mono
            defaultValue={gateway.parentProxyUrl ?? ""}
            placeholder="http://proxy.example.com:3128"
            autoComplete="off"
          />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Its user"
            name="parentProxyUser"
            {...(gateway.parentProxyHasUser ? { hint: "Empty keeps the one before." } : {})}
            optional
          >
            <Input autoComplete="off" />
          </Field>
          <Field label="Its password" name="parentProxyPassword" optional>
            <Input type="password" autoComplete="new-password" />
          </Field>
        </div>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Events kept, in GB"
            name="bufferGigabytes"
            hint="What must be dropped beyond that is put on record as a gap."
          >
            <Input inputMode="decimal" defaultValue={String(gigabytesOf(gateway.bufferBytesMax))} />
          </Field>
          <Field label="And for how many days" name="bufferDays">
            <Input inputMode="numeric" defaultValue={String(gateway.bufferAgeSecondsMax / DAY_SECONDS)} />
          </Field>
        </div>
        <Field
          label="Crossings kept, in days"
          name="crossingsKeptDays"
          hint="Older days are dropped whole, in the gateway's database."
        >
          <Input inputMode="numeric" defaultValue={String(gateway.crossingsKeptDays)} />
        </Field>
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

function days(count: number): string {
  return count === 1 ? "1 day" : `${count.toLocaleString("en")} days`;
}
