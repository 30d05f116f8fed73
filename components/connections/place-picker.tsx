"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";

interface PlacePickerProps {
  /** The page that is read anew. */
  path: string;
  places: { id: string; name: string }[];
  chosen: string;
}

/** In which environment something is made. Each has organizations of its own, so the page is read anew. */
export function PlacePicker({ path, places, chosen }: PlacePickerProps) {
  const router = useRouter();
  return (
    <Field label="Environment">
      <Select
        options={places.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen}
        onChange={(event) => router.replace(`${path}?environment=${event.currentTarget.value}` as Route)}
      />
    </Field>
  );
}
