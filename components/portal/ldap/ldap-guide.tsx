"use client";

import { GuideSteps } from "#components/portal/guides/guide-steps.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import type { Guide } from "#lib/guides/schema.ts";

/** What is done at the directory first, for whoever wants to read it. */
export function LdapGuide({ guide }: { guide: Guide }) {
  const t = useTexts("ldap");
  return (
    <details className="rounded-lg border border-line bg-surface px-4 py-3">
      <summary className="w-fit cursor-pointer text-accent text-sm">{t("guide")}</summary>
      <div className="pt-4">
        <GuideSteps guide={guide} values={{}} />
      </div>
    </details>
  );
}
