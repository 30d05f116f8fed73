"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import type { Mapping, ProfileField } from "#lib/drivers/port.ts";
import { saveMappingAction } from "#lib/portal/sign-in/actions.ts";
import { FIELDS } from "#lib/portal/sign-in/shape.ts";
import { useRefusals } from "./refusals.ts";
import { type RoleChoice, RoleRows } from "./role-rows.tsx";
import { StepNav } from "./step-frame.tsx";

interface MappingStepProps {
  connectionId: string;
  back: string;
  mapping: Mapping;
  /** By the guide of their provider: what is filled in where nothing was saved yet. */
  suggested: Partial<Record<ProfileField, string>>;
  provider: string;
  roles: readonly RoleChoice[];
  /** Names of attributes that the provider announces or a test received: offered while typing. */
  known: readonly string[];
  groupsSeen: readonly string[];
  saved: boolean;
}

/** Who people are: which attribute each part of a profile is read from, and which role each group brings. */
export function MappingStep(props: MappingStepProps) {
  const { connectionId, back, mapping, suggested, provider, roles, known, groupsSeen, saved } = props;
  const t = useTexts("connection");
  const router = useRouter();
  const { spoken } = useRefusals();
  const isSuggested = !saved && Object.keys(suggested).length > 0;
  return (
    <Form
      action={spoken(saveMappingAction)}
      onDone={() => router.push(`/portal/sign-in/${connectionId}/test` as Route)}
      className="gap-6"
    >
      <input type="hidden" name="connectionId" value={connectionId} />
      {isSuggested && <Callout tone="accent">{t("mapping.suggested", { provider })}</Callout>}
      <datalist id="known-attributes">
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div className="grid gap-4 sm:grid-cols-2">
        {FIELDS.map((field) => (
          <Field
            key={field}
            label={t(`mapping.fields.${field}`)}
            name={field === "name" ? "fullName" : field}
            hint={t(`mapping.hints.${field}`)}
          >
            <Input
              mono
              list="known-attributes"
              defaultValue={
                (saved ? mapping.attributes[field] : (mapping.attributes[field] ?? suggested[field])) ?? ""
              }
              placeholder={t("mapping.usual")}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
        ))}
      </div>
      <RoleRows initial={mapping.roles} choices={roles} groupsSeen={groupsSeen} />
      <StepNav back={{ href: back, label: t("nav.back") }}>
        <SubmitButton>{t("nav.save")}</SubmitButton>
      </StepNav>
    </Form>
  );
}
