"use client";

import { useState } from "react";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { REGIME_WORDS } from "#lib/deployments/words.ts";
import type { ComplianceRegime } from "#lib/platform/prisma/enums.ts";

export interface DeploymentFieldValues {
  site: string;
  ownerName: string;
  tags: readonly string[];
  regimes: readonly ComplianceRegime[];
  regimeOther: string;
  productVersion: string;
  notes: string;
}

/** What is known of a site beside its name and mode. All of it may wait. */
export function DeploymentFields({ values }: { values?: DeploymentFieldValues }) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Site" name="site" optional hint="Where it stands: a building, a ship, a hall.">
          <Input autoComplete="off" maxLength={120} defaultValue={values?.site} />
        </Field>
        <Field label="Owner" name="ownerName" optional hint="Who answers for it on your side.">
          <Input autoComplete="off" maxLength={120} defaultValue={values?.ownerName} />
        </Field>
        <Field label="Product version" name="productVersion" optional>
          <Input mono autoComplete="off" maxLength={60} defaultValue={values?.productVersion} />
        </Field>
        <Field label="Tags" name="tags" optional hint="Between commas.">
          <Input autoComplete="off" defaultValue={values?.tags.join(", ")} />
        </Field>
      </div>
      <Regimes chosen={values?.regimes ?? []} other={values?.regimeOther ?? ""} />
      <Field label="Notes" name="notes" optional>
        <Textarea rows={2} maxLength={4000} defaultValue={values?.notes} />
      </Field>
    </>
  );
}

function Regimes({ chosen, other }: { chosen: readonly ComplianceRegime[]; other: string }) {
  const [isOther, setOther] = useState(chosen.includes("other"));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium text-sm">Compliance regimes</legend>
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        {Object.entries(REGIME_WORDS).map(([value, label]) => (
          <Checkbox
            key={value}
            name="regimes[]"
            value={value}
            label={label}
            defaultChecked={chosen.some((regime) => regime === value)}
            onChange={value === "other" ? (event) => setOther(event.currentTarget.checked) : undefined}
          />
        ))}
      </div>
      {isOther && (
        <Field label="Which other regime" name="regimeOther" required className="mt-1 sm:max-w-sm">
          <Input autoComplete="off" maxLength={120} defaultValue={other} />
        </Field>
      )}
    </fieldset>
  );
}
