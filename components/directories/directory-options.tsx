"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import type { DirectoryOptions } from "#lib/drivers/directory-port.ts";

/** What becomes of a directory's people. */
export function DirectoryOptionFields({ initial }: { initial: DirectoryOptions }) {
  return (
    <>
      <Field label="When somebody is deactivated" name="deactivated">
        <RadioGroup
          look="cards"
          className="sm:grid-cols-2"
          options={DEACTIVATED}
          defaultValue={initial.deactivated}
        />
      </Field>
      <Checkbox
        name="provisioning"
        label="Make these people users and members"
        hint="Whoever has a verified domain of the organization becomes a member at once, others a pending one. Whoever leaves loses the membership and its sessions."
        defaultChecked={initial.provisioning}
      />
    </>
  );
}

const DEACTIVATED = [
  {
    value: "delete",
    label: "Applications hear that they are gone",
    hint: "As with new environments of WorkOS.",
  },
  {
    value: "keep",
    label: "Applications hear that they are inactive",
    hint: "They stay in lists, as inactive.",
  },
];
