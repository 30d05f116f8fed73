"use client";

import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { verifyRequestAction } from "#lib/change-requests/actions.ts";

/** Two ways to verify: the doctor's last report, or what somebody tried by hand. */
export function VerifyForms({ requestId }: { requestId: string }) {
  return (
    <div className="grid gap-6 md:grid-cols-2 print:hidden">
      <Form action={verifyRequestAction} done="Verified">
        <input type="hidden" name="requestId" value={requestId} />
        <input type="hidden" name="by" value="doctor" />
        <p className="text-sm">
          Run the doctor on site after the firewall was changed, and bring its report. It has to have tried
          these rules, with none failing.
        </p>
        <FormActions className="justify-start">
          <SubmitButton variant="secondary">Verify by the doctor's last report</SubmitButton>
        </FormActions>
      </Form>
      <Form action={verifyRequestAction} done="Verified">
        <input type="hidden" name="requestId" value={requestId} />
        <input type="hidden" name="by" value="probe" />
        <Field
          label="What you tried"
          name="note"
          required
          hint="From which machine, which of the packets above, and what came back."
        >
          <Textarea rows={3} maxLength={2000} />
        </Field>
        <FormActions className="justify-start">
          <SubmitButton variant="secondary">Record this probe</SubmitButton>
        </FormActions>
      </Form>
    </div>
  );
}
