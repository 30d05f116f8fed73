"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import {
  applyApprovedAction,
  approveRequestAction,
  closeRequestAction,
  proposeRequestAction,
  recordConsentAction,
  refuseRequestAction,
  rollBackRequestAction,
  simulateRequestAction,
  withdrawRequestAction,
} from "#lib/change-requests/actions.ts";
import type { ApprovalSide } from "#lib/platform/prisma/enums.ts";

/** What may be done with the request now, by whoever looks at it; decided on the server. */
export interface Deeds {
  simulate: boolean;
  propose: boolean;
  approve: ApprovalSide | null;
  consent: boolean;
  refuse: boolean;
  apply: boolean;
  close: boolean;
  withdraw: boolean;
  rollBack: boolean;
}

interface RequestActionsProps {
  request: { id: string; deploymentId: string; round: number; again: boolean };
  deeds: Deeds;
}

/** The buttons of a request: what takes it on last, at the right. */
export function RequestActions({ request: { id, deploymentId, round, again }, deeds }: RequestActionsProps) {
  const router = useRouter();
  const fields = { requestId: id };
  const decision = { ...fields, round: String(round) };
  return (
    <div className="flex flex-wrap items-center gap-2 print:hidden">
      {deeds.rollBack && (
        <ConfirmDialog
          trigger={<Button variant="ghost">Roll back</Button>}
          title="Go back to before this request?"
          description="A new draft with the opposite changes is made. It is simulated and approved like every other."
          confirm="Make the draft"
          tone="primary"
          done="Draft made"
          action={rollBackRequestAction}
          fields={fields}
          onDone={({ requestId }) =>
            router.push(`/deployments/${deploymentId}/allowlist/requests/${requestId}` as Route)
          }
        />
      )}
      {deeds.withdraw && (
        <ConfirmDialog
          trigger={<Button variant="ghost">Withdraw</Button>}
          title="Withdraw this request?"
          description="It ends here and changes nothing. It stays on record."
          confirm="Withdraw"
          done="Withdrawn"
          action={withdrawRequestAction}
          fields={fields}
        >
          <Field label="Reason" name="reason" optional>
            <Textarea rows={2} maxLength={1000} />
          </Field>
        </ConfirmDialog>
      )}
      {deeds.refuse && (
        <ConfirmDialog
          trigger={<Button>Refuse</Button>}
          title="Refuse this request?"
          description="It ends here and changes nothing. Whoever made it reads your reason."
          confirm="Refuse"
          done="Refused"
          action={refuseRequestAction}
          fields={fields}
        >
          <Field label="Reason" name="reason" required>
            <Textarea rows={3} maxLength={1000} />
          </Field>
        </ConfirmDialog>
      )}
      {deeds.consent && (
        <ConfirmDialog
          trigger={<Button>Record consent</Button>}
          title="Record the customer's consent"
          description="Nobody at the customer has an account to approve with. Write down who agreed, and how it can be shown later."
          confirm="Record consent"
          tone="primary"
          done="Consent recorded"
          action={recordConsentAction}
          fields={decision}
        >
          <Field label="Who agreed" name="consentOf" required>
            <Input maxLength={160} />
          </Field>
          <Field
            label="How"
            name="consentHow"
            required
            hint="A letter, a ticket of theirs, a call with its date."
          >
            <Textarea rows={2} maxLength={500} />
          </Field>
        </ConfirmDialog>
      )}
      {deeds.simulate && (
        <Form action={simulateRequestAction} done="Simulated" className="contents">
          <input type="hidden" name="requestId" value={id} />
          <SubmitButton variant={deeds.propose ? "secondary" : "primary"}>
            {again ? "Simulate again" : "Simulate"}
          </SubmitButton>
        </Form>
      )}
      {deeds.propose && (
        <ConfirmDialog
          trigger={<Button variant="primary">Propose</Button>}
          title="Propose this request?"
          description="Its changes are fixed from now on. You cannot approve it yourself."
          confirm="Propose"
          tone="primary"
          done="Proposed"
          action={proposeRequestAction}
          fields={fields}
        />
      )}
      {deeds.approve && (
        <ConfirmDialog
          trigger={<Button variant="primary">Approve</Button>}
          title={`Approve for the ${deeds.approve}?`}
          description="Your word counts for what was simulated. If the allowlist changes before it is applied, you are asked again."
          confirm="Approve"
          tone="primary"
          done="Approved"
          action={approveRequestAction}
          fields={decision}
        >
          <Field label="Comment" name="comment" optional>
            <Textarea rows={2} maxLength={1000} />
          </Field>
        </ConfirmDialog>
      )}
      {deeds.apply && (
        <ConfirmDialog
          trigger={<Button variant="primary">Apply</Button>}
          title="Apply this request?"
          description="The changes become part of the allowlist, and of every export from now on. Then verify on site that they are in effect."
          confirm="Apply"
          tone="primary"
          done="Applied"
          action={applyApprovedAction}
          fields={fields}
        />
      )}
      {deeds.close && (
        <ConfirmDialog
          trigger={<Button variant="primary">Close</Button>}
          title="Close this request?"
          description="It is applied and verified; nothing is left to do. It can still be rolled back."
          confirm="Close request"
          tone="primary"
          done="Closed"
          action={closeRequestAction}
          fields={fields}
        />
      )}
    </div>
  );
}
