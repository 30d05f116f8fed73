"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { GuideChooser } from "#components/portal/guides/guide-chooser.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { GuideRow } from "#lib/guides/schema.ts";
import { beginAction } from "#lib/portal/sign-in/actions.ts";
import { useRefusals } from "./refusals.ts";

/** Which product is it? Choosing it begins a connection, or goes on with the one that was begun. */
export function ChooseProvider({ guides, airGapped }: { guides: readonly GuideRow[]; airGapped: boolean }) {
  const t = useTexts("connection");
  const router = useRouter();
  const { translate } = useRefusals();
  const [pending, startTransition] = useTransition();
  const [problem, setProblem] = useState<string | null>(null);
  const choose = (guide: GuideRow) => {
    if (guide.protocol === "ldap") return router.push(`/portal/sign-in/ldap?guide=${guide.id}` as Route);
    setProblem(null);
    startTransition(async () => {
      const state = translate(await beginAction({ guideId: guide.id }));
      startTransition(() => {
        if (state.status === "done")
          router.push(`/portal/sign-in/${state.value.connectionId}/values` as Route);
        else if (state.status === "error") setProblem(state.message);
      });
    });
  };
  return (
    <div className="grid gap-5" aria-busy={pending}>
      <div role="alert" className="contents">
        {problem && <Callout tone="negative">{problem}</Callout>}
      </div>
      {pending && (
        <p className="flex items-center gap-2 text-muted text-sm" aria-live="polite">
          <Spinner /> {t("choose.preparing")}
        </p>
      )}
      <GuideChooser guides={guides} airGapped={airGapped} onChoose={choose} />
    </div>
  );
}
