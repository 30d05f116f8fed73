"use client";

import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { EnrolmentSecret } from "#components/auth/enrolment.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { beginOwnSecondFactorAction, confirmOwnSecondFactorAction } from "#lib/auth/actions.ts";
import type { Enrolment } from "#lib/auth/second-factor.ts";

/** Shows the secret to scan, and asks for a first code. */
export function EnrolDialog({ onCodes }: { onCodes: (codes: string[]) => void }) {
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  return (
    <>
      <Form action={beginOwnSecondFactorAction} onDone={setEnrolment}>
        <SubmitButton icon={<ShieldCheck />}>Set up</SubmitButton>
      </Form>
      <Dialog
        open={enrolment !== null}
        onOpenChange={(next) => !next && setEnrolment(null)}
        title="Set up a second factor"
      >
        {enrolment && (
          <Form
            action={confirmOwnSecondFactorAction}
            onDone={(codes: string[]) => {
              setEnrolment(null);
              onCodes(codes);
            }}
          >
            <EnrolmentSecret {...enrolment} />
            <Field label="Code" name="code" hint="The six digits that the app shows now." required>
              <Input mono inputMode="numeric" autoComplete="one-time-code" maxLength={7} />
            </Field>
            <FormActions>
              <Button onClick={() => setEnrolment(null)}>Cancel</Button>
              <SubmitButton>Set up</SubmitButton>
            </FormActions>
          </Form>
        )}
      </Dialog>
    </>
  );
}
