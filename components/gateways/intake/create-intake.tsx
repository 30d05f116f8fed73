"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { createIntakeAction } from "#lib/gateways/intakes/actions.ts";
import type { EnvironmentOption } from "../words.ts";
import { SizeField, TargetField, ToleranceField } from "./intake-fields.tsx";

interface CreateIntakeProps {
  gatewayId: string;
  environments: readonly EnvironmentOption[];
}

/** Opens one path to something outside. */
export function CreateIntake({ gatewayId, environments }: CreateIntakeProps) {
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState("webhook");
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" icon={<Plus />}>
          Open path
        </Button>
      }
      title="Open an intake path"
      description="The gateway takes what comes to it there; every other path is refused."
    >
      <Form action={createIntakeAction} onDone={() => setOpen(false)} done="Path opened">
        <input type="hidden" name="gatewayId" value={gatewayId} />
        <Field label="What comes in" name="kind">
          <Select
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value)}
            options={[
              { value: "webhook", label: "Webhooks of an environment", disabled: environments.length === 0 },
              { value: "callback", label: "Callbacks for an application" },
            ]}
          />
        </Field>
        <Field label="Path" name="path">
          <Input mono placeholder="/webhooks/workos" autoComplete="off" />
        </Field>
        {kind === "webhook" ? (
          <>
            <Field label="Environment" name="environmentId">
              <Select options={environments.map(({ id, name }) => ({ value: id, label: name }))} />
            </Field>
            <Field
              label="Signing secret"
              name="secret"
              hint="As the sender shows it where the webhook is set up. It is kept sealed."
            >
              <Input type="password" autoComplete="off" mono />
            </Field>
            <ToleranceField />
          </>
        ) : (
          <TargetField />
        )}
        <SizeField />
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Open path</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
