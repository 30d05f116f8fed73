"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { GuideChooser } from "#components/portal/guides/guide-chooser.tsx";
import type { GuideRow } from "#lib/guides/schema.ts";

/** Which directory is it? One that sends by SCIM, or one that is read by LDAP. */
export function ChooseDirectory({ guides, airGapped }: { guides: readonly GuideRow[]; airGapped: boolean }) {
  const router = useRouter();
  return (
    <GuideChooser
      guides={guides}
      airGapped={airGapped}
      onChoose={({ id, protocol }) =>
        router.push(`/portal/directory/new/${protocol === "ldap" ? "ldap" : "scim"}?guide=${id}` as Route)
      }
    />
  );
}
