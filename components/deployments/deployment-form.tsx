"use client";

import { Button } from "#components/ui/button.tsx";
import { DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { changeDeploymentAction } from "#lib/deployments/actions.ts";
import { MODE_WORDS } from "#lib/deployments/words.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { DeploymentFields, type DeploymentFieldValues } from "./deployment-fields.tsx";

export interface EditableDeployment extends DeploymentFieldValues {
  id: string;
  name: string;
  mode: DeploymentMode;
}

interface DeploymentFormProps {
  deployment: EditableDeployment;
  onDone: () => void;
}

/** What is known of a deployment, to change. */
export default function DeploymentForm({ deployment, onDone }: DeploymentFormProps) {
  return (
    <Form action={changeDeploymentAction} onDone={onDone} done="Deployment changed">
      <input type="hidden" name="deploymentId" value={deployment.id} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" name="name" required>
          <Input autoComplete="off" maxLength={120} defaultValue={deployment.name} />
        </Field>
        <Field label="Mode" name="mode" required>
          <Select
            defaultValue={deployment.mode}
            options={Object.entries(MODE_WORDS).map(([value, label]) => ({ value, label }))}
          />
        </Field>
      </div>
      <DeploymentFields values={deployment} />
      <FormActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <SubmitButton>Save changes</SubmitButton>
      </FormActions>
    </Form>
  );
}
