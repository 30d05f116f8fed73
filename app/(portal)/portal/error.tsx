"use client";

import { useTexts } from "#components/portal/texts.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";

/** A page of the portal failed in a way nobody foresaw. */
export default function PortalError({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useTexts("shell");
  const reference = error instanceof Error && "digest" in error ? String(error.digest) : "";
  return (
    <ErrorState
      title={t("failed.title")}
      action={
        <Button variant="primary" onClick={retry}>
          {t("failed.again")}
        </Button>
      }
    >
      {reference ? t("failed.text", { reference }) : t("failed.plain")}
    </ErrorState>
  );
}
