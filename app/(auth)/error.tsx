"use client";

import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";

/** Signing in failed in a way nobody foresaw, or was tried too often from one address. */
export default function AuthError({ error, retry }: { error: unknown; retry: () => void }) {
  const reference = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <ErrorState
      page
      title="This page could not be shown."
      reference={reference}
      action={
        <Button variant="primary" onClick={retry}>
          Try again
        </Button>
      }
    >
      Wait a few minutes, then try again. Nothing was changed.
    </ErrorState>
  );
}
