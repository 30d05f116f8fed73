"use client";

import { type ReactNode, use, useId, useState } from "react";
import { OrganizationFields } from "#components/connections/organization-fields.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { FormContext } from "#components/ui/form-context.ts";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { Purpose } from "#lib/access/permissions.ts";
import { createSetupLinkAction } from "#lib/setup-links/actions.ts";
import type { MadeLink } from "#lib/setup-links/commands.ts";
import { LIFETIMES, OFFERED_PURPOSES } from "#lib/setup-links/shape.ts";
import { PURPOSE_WORDS } from "#lib/setup-links/words.ts";
import type { Vendor } from "#lib/vendor/schema.ts";
import { MadeSetupLink, type SheetTexts } from "./made-link.tsx";

interface NewSetupLinkProps {
  environmentId: string;
  organizations: { id: string; name: string }[];
  /** What is ticked at first. */
  purposes: readonly Purpose[];
  vendor: Vendor;
  sheets: SheetTexts;
  backHref: string;
  /** Where to choose another environment, while nothing is made yet. */
  picker: ReactNode;
}

/** Asks for whom a link is, what for and how long, and shows it once. */
export function NewSetupLink({ environmentId, organizations, purposes, picker, ...rest }: NewSetupLinkProps) {
  const [made, setMade] = useState<MadeLink | null>(null);
  if (made) return <MadeSetupLink link={made} {...rest} />;
  return (
    <>
      {picker}
      <Card>
        <Form action={createSetupLinkAction} onDone={setMade}>
          <input type="hidden" name="environmentId" value={environmentId} />
          <OrganizationFields organizations={organizations} hint="Whose people open the link." />
          <PurposeFields purposes={purposes} />
          <Field label="Valid for" name="days" hint="It can be revoked at any time.">
            <Select
              defaultValue="7"
              options={LIFETIMES.map((days) => ({
                value: String(days),
                label: days === 1 ? "1 day" : `${days} days`,
              }))}
            />
          </Field>
          <Field label="Note for whoever opens it" name="note" optional>
            <Textarea maxLength={500} placeholder="What to know, whom to call, by when." />
          </Field>
          <FormActions>
            <SubmitButton>Make set-up link</SubmitButton>
          </FormActions>
        </Form>
      </Card>
    </>
  );
}

function PurposeFields({ purposes }: { purposes: readonly Purpose[] }) {
  const id = useId();
  const problem = use(FormContext).fields.purposes;
  return (
    <fieldset className="grid gap-2.5" aria-describedby={problem && id}>
      <legend className="mb-2 font-medium text-sm">What it is for</legend>
      {OFFERED_PURPOSES.map((purpose) => (
        <Checkbox
          key={purpose}
          name="purposes[]"
          value={purpose}
          label={PURPOSE_WORDS[purpose].name}
          hint={PURPOSE_WORDS[purpose].means}
          defaultChecked={purposes.includes(purpose)}
          aria-invalid={problem ? true : undefined}
        />
      ))}
      {problem && (
        <p id={id} className="text-negative text-xs">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
