"use client";

import { useState } from "react";
import { GuideSteps } from "#components/portal/guides/guide-steps.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import type { Guide } from "#lib/guides/schema.ts";

/** What is done at the directory first, for whoever wants to read it. */
export function LdapGuide({ guide }: { guide: Guide }) {
  const t = useTexts("ldap");
  const [open, setOpen] = useState(false);
  return (
    <details
      className="rounded-lg border border-line bg-surface px-4 py-3"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="w-fit cursor-pointer text-accent text-sm">{t("guide")}</summary>
      {open && (
        <div className="pt-4">
          <GuideSteps guide={guide} values={{}} />
        </div>
      )}
    </details>
  );
}
