"use client";

import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";

/** The last net: even the frame failed. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  const reference = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>
        <title>Sallyport could not be shown</title>
        <main className="grid min-h-dvh place-content-center">
          <ErrorState
            page
            title="The console could not be shown."
            reference={reference}
            action={
              <Button variant="primary" onClick={retry}>
                Try again
              </Button>
            }
          >
            It met a fault of its own and has logged it. Nothing was changed. If it stays, look at the
            console's log.
          </ErrorState>
        </main>
      </body>
    </html>
  );
}
