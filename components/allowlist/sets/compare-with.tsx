"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { Select } from "#components/ui/select.tsx";

interface CompareWithProps {
  at: string;
  against: number | null;
  versions: readonly number[];
}

/** Chooses the other version; the choice is in the URL. */
export function CompareWith({ at, against, versions }: CompareWithProps) {
  const router = useRouter();
  return (
    <Select
      aria-label="Compare with"
      value={against === null ? undefined : String(against)}
      placeholder={against === null ? "Compare with" : undefined}
      onChange={(event) => router.push(`${at}?against=${event.currentTarget.value}` as Route)}
      options={versions.map((number) => ({ value: String(number), label: `Version ${number}` }))}
    />
  );
}
