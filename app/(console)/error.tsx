"use client";

import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";

/** A page failed in a way nobody foresaw. The frame stays, so that one can go elsewhere. */
export default function ConsoleError({ error, retry }: { error: unknown; retry: () => void }) {
  const reference = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <>
      <title>A fault · Sallyport</title>
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
        The console met a fault of its own and has logged it. Nothing was changed.
      </ErrorState>
    </>
  );
}
