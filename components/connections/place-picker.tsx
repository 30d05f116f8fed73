"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ConnectionPlace } from "#lib/connections/queries.ts";

interface PlacePickerProps {
  deploymentId: string;
  places: ConnectionPlace[];
  chosen: string;
}

/** In which environment the connection is made. Each has organizations of its own, so the page is read anew. */
export function PlacePicker({ deploymentId, places, chosen }: PlacePickerProps) {
  const router = useRouter();
  return (
    <Field label="Environment">
      <Select
        options={places.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen}
        onChange={(event) =>
          router.replace(
            `/deployments/${deploymentId}/connections/new?environment=${event.currentTarget.value}` as Route,
          )
        }
      />
    </Field>
  );
}
