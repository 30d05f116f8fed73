"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { CustomerSelect } from "#components/customers/customer-select.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import type { CustomerChoice } from "#lib/customers/shape.ts";
import { changeDeploymentAction, createDeploymentAction } from "#lib/deployments/actions.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { DeploymentFields, type DeploymentFieldValues } from "./deployment-fields.tsx";
import { type ModeChoice, ModePicker } from "./mode-picker.tsx";

interface SiteStepProps {
  customers: readonly CustomerChoice[];
  /** Chosen by where one came from. */
  customerId?: string;
  modes: readonly ModeChoice[];
  /** Gone back to: the deployment exists, and is changed. */
  deployment?: DeploymentFieldValues & { id: string; name: string; mode: DeploymentMode };
}

/** First step: whose site it is, and how it reaches the Internet. Ends with the deployment saved. */
export function SiteStep({ customers, customerId, modes, deployment }: SiteStepProps) {
  const router = useRouter();
  return (
    <Form
      action={deployment ? changeDeploymentAction : createDeploymentAction}
      onDone={({ deploymentId }) =>
        router.replace(`/deployments/new?deployment=${deploymentId}&step=environment` as Route)
      }
      className="gap-5"
    >
      <div className="grid gap-4 sm:grid-cols-2">
        {deployment ? (
          <input type="hidden" name="deploymentId" value={deployment.id} />
        ) : (
          <Field label="Customer" name="customerId" required>
            <CustomerSelect
              customers={customers}
              chosen={customers.some(({ id }) => id === customerId) ? customerId : undefined}
            />
          </Field>
        )}
        <Field
          label="Deployment name"
          name="name"
          required
          hint="Unique at this customer, such as “Head office”."
        >
          <Input autoComplete="off" maxLength={120} defaultValue={deployment?.name} />
        </Field>
      </div>
      <ModePicker modes={modes} defaultMode={deployment?.mode} />
      <details className="rounded-lg border border-line bg-surface" open={deployment !== undefined}>
        <summary className="rounded-lg px-4 py-2.5 font-medium text-sm">
          More about this site <span className="font-normal text-faint">Optional, can wait</span>
        </summary>
        <div className="grid gap-4 border-line border-t p-4">
          <DeploymentFields values={deployment} />
        </div>
      </details>
      <FormActions>
        <LinkButton href={deployment ? (`/deployments/${deployment.id}` as Route) : "/deployments"}>
          {deployment ? "Leave, and go on later" : "Cancel"}
        </LinkButton>
        <SubmitButton>Save and continue</SubmitButton>
      </FormActions>
    </Form>
  );
}
